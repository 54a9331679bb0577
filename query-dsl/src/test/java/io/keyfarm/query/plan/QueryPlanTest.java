package io.keyfarm.query.plan;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.proto.FieldMessage;
import io.keyfarm.query.proto.NodeMessage;
import io.keyfarm.query.proto.ParameterMessage;
import io.keyfarm.query.proto.PlanMessage;
import io.keyfarm.query.proto.TypeMessage;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class QueryPlanTest {
    private static final Table TABLE = Table.of("t: a int32, b char(2) null, c varchar, d decimal(8,2)");
    private static final Query QUERY = from(TABLE)
            .where(TABLE.field("a").between(1, param("top").optional()))
            .where(TABLE.field("b")
                    .in(param("states"))
                    .or(TABLE.field("c").like("x%y!%", '!'))
                    .not())
            .select("c", "a")
            .orderBy(TABLE.field("d").descending(), TABLE.field("a").ascending())
            .limit(10)
            .offset(3);

    @Test
    void shouldSayTheSameAfterItTravelled() {
        final QueryPlan plan = QUERY.compile();
        final byte[] bytes = plan.bytes();
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[bytes.length + 9]);
        frame.putBytes(5, bytes);
        final QueryPlan arrived = QueryPlan.decode(frame, 5, bytes.length);
        assertEquals(plan, arrived);
        assertEquals(plan.id(), arrived.id());
        assertEquals(plan.toString(), arrived.toString());
        assertEquals(
                "from(t).where(a between 1 and :top?).where(not (b in :states or c like \"x%y!%\" escape '!'))"
                        + ".select(c, a).orderBy(d descending, a).limit(10).offset(3)",
                arrived.toString());
        assertEquals("t: c varchar, a int32", arrived.outputSchema().toString());
        assertEquals(
                "t: c varchar, a int32, d decimal(8,2)", arrived.rowSchema().toString());
        assertEquals(1, arrived.hiddenCount());
        assertEquals(10, arrived.limit());
        assertEquals(3, arrived.offset());
        assertEquals("[:top?, :states]", arrived.parameters().toString());
    }

    @Test
    void shouldHaveAnIdThatOnlyItsBytesMake() {
        assertEquals(QUERY.compile().id(), QUERY.compile().id());
        assertNotEquals(QUERY.compile().id(), QUERY.limit(11).compile().id());
        final PlanId id = PlanId.ofPlan(new byte[0]);
        // The SHA-256 of nothing is well known.
        assertEquals("e3b0c44298fc1c149afbf4c8996fb924", id.toString());
        assertEquals(id, PlanId.parse(id.toString()));
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[20]);
        id.write(buffer, 3);
        assertEquals(id, PlanId.read(buffer, 3));
        assertEquals((byte) 0xe3, buffer.getByte(3));
        assertThrows(BadPlanException.class, () -> PlanId.parse("e3b0c44298fc1c149afbf4c8996fb92g"));
    }

    @Test
    void shouldCountWithoutFields() {
        final QueryPlan plan = QueryPlan.decode(from(TABLE).count().compile().bytes());
        assertTrue(plan.isCount());
        assertEquals("from(t).count()", plan.toString());
        assertEquals("t: count int64", plan.outputSchema().toString());
        assertEquals(0, plan.fields().size());
    }

    @Test
    void shouldRefuseNodesThatMakeNoCondition() {
        refuses("node 2 combines node 1, which is not the one before it in post-order", plan -> operands(plan, 1, 2));
        refuses("node 2 combines node 7, which is not the one before it in post-order", plan -> operands(plan, 7, 1));
        refuses("node 2 combines node 1, which is not the one before it in post-order", plan -> operands(plan, 1, 1));
        refuses("node 2, 'and', takes operands", plan -> operands(plan, 1));
        refuses(
                "node 2 combines node 0, which is not the one before it in post-order",
                plan -> operands(plan, 0, 1, 0));
        refuses("the nodes 0 and 1 are not combined", plan -> plan.removeNodes(2));
        refuses(
                "node 1 does 99, which is nothing known",
                plan -> plan.getNodesBuilder(1).setOp(99));
        refuses(
                "node 0, '>=', takes a field of the plan",
                plan -> plan.getNodesBuilder(0).setField(9));
        refuses(
                "node 0, '>=', takes a field of the plan",
                plan -> plan.getNodesBuilder(0).clearField());
        refuses("node 0, '>=', takes one value", plan -> plan.getNodesBuilder(0).addSortables(5));
        refuses(
                "node 0, '>=', takes values of int32",
                plan -> plan.getNodesBuilder(0).clearSortables().addTexts(ByteString.copyFromUtf8("x")));
        refuses(
                "a is int32 and holds -2147483648 to 2147483647, but not 2147483648",
                plan -> plan.getNodesBuilder(0).setSortables(0, 1L << 31));
        refuses(
                "node 0, '>=', takes no such escape",
                plan -> plan.getNodesBuilder(0).setEscape('!'));
        refuses(
                "node 1, '<=', takes a parameter of the plan",
                plan -> plan.getNodesBuilder(1).setParameters(0, 4));
        refuses(
                "a is int32, but :top is int8",
                plan -> plan.getParametersBuilder(0)
                        .setType(TypeMessage.newBuilder().setKind(1)));
        refuses(
                "node 1, '<=', takes one value, and no set",
                plan -> plan.getParametersBuilder(0).setSet(true));
        refuses(
                "node 0, 'is absent', takes no field",
                plan -> plan.getNodesBuilder(0).setOp(17));
        refuses("a is int32, not text", plan -> plan.getNodesBuilder(0).setOp(16));
        refuses(
                "node 0 combines node 0, which is not the one before it",
                plan -> plan.getNodesBuilder(0).addOperands(0));
    }

    @Test
    void shouldRefuseWhatNamesNothing() {
        refuses("'1a' cannot name a field", plan -> plan.getFieldsBuilder(0).setName("1a"));
        refuses("'' cannot name a table", plan -> plan.setTable(""));
        refuses("t has two fields named c", plan -> plan.getFieldsBuilder(0).setName("c"));
        refuses(
                "there is no field type 17",
                plan -> plan.getFieldsBuilder(0)
                        .setType(TypeMessage.newBuilder().setKind(17)));
        refuses(
                "char(n) takes 1 to 4096 bytes, not 0",
                plan -> plan.getFieldsBuilder(0)
                        .setType(TypeMessage.newBuilder().setKind(14)));
        refuses("the plan has two parameters named top", plan -> plan.addParameters(plan.getParameters(0)));
        refuses("the plan uses 2 fields, but names field 2", plan -> plan.setOutput(0, 2));
        refuses("a plan has 1 to 1024 output fields, but this one has 0", PlanMessage.Builder::clearOutput);
        refuses("limit and offset are 0 or more, but are -1 and 0", plan -> plan.setLimit(-1));
        refuses("a count answers one number", plan -> plan.setCount(true));
        refuses("this is a plan of version 2, but version 1 is known", plan -> plan.setVersion(2));
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        final UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        refuses("the plan has an unknown field 99 in PlanMessage", plan -> plan.setUnknownFields(unknown));
        refuses(
                "the plan has an unknown field 99 in NodeMessage",
                plan -> plan.getNodesBuilder(1).setUnknownFields(unknown));
        refuses(
                "the plan has an unknown field 99 in TypeMessage",
                plan -> plan.getFieldsBuilder(1).getTypeBuilder().setUnknownFields(unknown));
        refuses(
                "the plan has an unknown field 3 in FieldMessage",
                plan -> plan.getFieldsBuilder(0)
                        .setUnknownFields(UnknownFieldSet.newBuilder()
                                .addField(
                                        3,
                                        UnknownFieldSet.Field.newBuilder()
                                                .addFixed32(1)
                                                .build())
                                .build()));
    }

    @Test
    void shouldRefuseMoreThanPlansHave() {
        refuses("a plan has at most 4096 nodes", plan -> {
            for (int i = 0; i < 5000; i++) {
                plan.addNodes(NodeMessage.getDefaultInstance());
            }
        });
        refuses("a plan has at most 256 parameters", plan -> {
            for (int i = 0; i < 300; i++) {
                plan.addParameters(ParameterMessage.getDefaultInstance());
            }
        });
        refuses("a plan has at most 1024 fields", plan -> {
            for (int i = 0; i < 1100; i++) {
                plan.addFields(FieldMessage.getDefaultInstance());
            }
        });
        assertThrows(BadPlanException.class, () -> QueryPlan.decode(new byte[QueryPlan.MAX_BYTES + 1]));
        final byte[] bytes = QUERY.compile().bytes();
        for (int length = 0; length < bytes.length; length++) {
            final byte[] cut = Arrays.copyOf(bytes, length);
            // Protobuf has no end mark, so a plan may lose its last fields and still be one; nothing else may happen.
            try {
                assertNotEquals(QUERY.compile().id(), QueryPlan.decode(cut).id());
            } catch (BadPlanException e) {
                assertTrue(e.getMessage() != null);
            }
        }
    }

    private static void operands(PlanMessage.Builder plan, int... operands) {
        final NodeMessage.Builder node = plan.getNodesBuilder(2).clearOperands();
        for (final int operand : operands) {
            node.addOperands(operand);
        }
    }

    /** Changes a plan that is right: 0: a >= 1, 1: a <= :top, 2: and. */
    private static void refuses(String message, Consumer<PlanMessage.Builder> change) {
        try {
            final PlanMessage.Builder plan = PlanMessage.parseFrom(from(TABLE)
                            .where(TABLE.field("a").between(1, param("top").optional()))
                            .select("a", "c")
                            .compile()
                            .bytes())
                    .toBuilder();
            change.accept(plan);
            final byte[] bytes = plan.build().toByteArray();
            final String said = assertThrows(BadPlanException.class, () -> QueryPlan.decode(bytes), message)
                    .getMessage();
            assertTrue(said != null && said.startsWith(message), () -> message + " | " + said);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}

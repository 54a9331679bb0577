package io.keyfarm.query.plan;

import static io.keyfarm.query.Expr.caseWhen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.keyfarm.query.Expr;
import io.keyfarm.query.Expressions;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.proto.ExpressionsMessage;
import io.keyfarm.query.proto.NodeMessage;
import io.keyfarm.query.proto.TypeMessage;
import io.keyfarm.rows.RecordLayout;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Expressions as nobody's words would make them. */
final class HostileExpressionsTest {
    private static final Table TABLE = Table.of("t: a int32, b varchar null, d decimal(8,2)");
    private static final FieldRef A = TABLE.field("a");
    private static final FieldRef B = TABLE.field("b");

    @Test
    void shouldRefuseValuesOfWrongTypesAndCounts() {
        // 0: field a   1: constant 1   2: + 0 1   3: field b   4: upper 3
        refuses(
                "node 2, 'negated', takes other operands",
                list -> list.getNodesBuilder(2).setOp(27));
        refuses(
                "node 2, '/', takes such an argument",
                list -> list.getNodesBuilder(2).setOp(24).setArgument(1));
        refuses(
                "node 2, 'concat', takes text, but has int32 and int64",
                list -> list.getNodesBuilder(2).setOp(32));
        refuses(
                "node 2, 'case', takes conditions to combine",
                list -> list.getNodesBuilder(2).setOp(51));
        refuses(
                "node 2, 'and', takes conditions to combine",
                list -> list.getNodesBuilder(2).setOp(1));
        refuses(
                "node 0, 'field', takes a field of the plan",
                list -> list.getNodesBuilder(0).setField(7));
        refuses(
                "node 0, 'field', takes a field only to be one",
                list -> list.getNodesBuilder(0).clearField());
        refuses(
                "node 1, 'constant', takes a type to be one",
                list -> list.getNodesBuilder(1).clearType());
        refuses(
                "node 1, 'constant', takes other values",
                list -> list.getNodesBuilder(1).clearSortables());
        refuses(
                "a constant is int8 and holds -128 to 127, but not 1000",
                list -> list.getNodesBuilder(1)
                        .setType(TypeMessage.newBuilder().setKind(1))
                        .setSortables(0, 1000));
        refuses(
                "node 1, 'constant', takes values of int64",
                list -> list.getNodesBuilder(1).clearSortables().addTexts(ByteString.copyFromUtf8("x")));
        refuses(
                "node 1, 'parameter', takes a type to be one",
                list -> list.getNodesBuilder(1).setOp(20));
        refuses(
                "node 4, 'round', takes such an argument",
                list -> list.getNodesBuilder(4).setOp(29));
        refuses(
                "node 4, 'round', takes a number",
                list -> list.getNodesBuilder(4).setOp(29).setArgument(2));
        refuses(
                "node 4, 'truncatedTo', takes a timestamp",
                list -> list.getNodesBuilder(4).setOp(46).setArgument(99));
        refuses(
                "node 4, 'upper', takes nothing else",
                list -> list.getNodesBuilder(4).setOther(0));
        refuses(
                "node 4, 'upper', takes other values",
                list -> list.getNodesBuilder(4).addParameters(0));
        refuses("node 2, 'matches', takes text", list -> list.getNodesBuilder(2).setOp(52));
        refuses(
                "node 2, 'within edits of', takes such an argument",
                list -> list.getNodesBuilder(2).setOp(54));
        refuses(
                "node 2 does 55, which is nothing known",
                list -> list.getNodesBuilder(2).setOp(55));
        refuses("a condition has no name", list -> list.getNodesBuilder(2).setOp(4));
        refuses(
                "there are 2 expressions, but 1 names",
                list -> list.clearNames().addNames("x"));
        refuses("'' cannot name a field", list -> list.setNames(0, ""));
        refuses("a is of row 0 or 1, not 2", list -> list.getFieldsBuilder(0).setInput(2));
        refuses(
                "node 4, 'to', takes what that type can be made of",
                list -> list.getNodesBuilder(4)
                        .setOp(50)
                        .setType(TypeMessage.newBuilder().setKind(16)));
    }

    private static void refuses(String message, Consumer<ExpressionsMessage.Builder> change) {
        final ExpressionsMessage.Builder list =
                Expressions.over(TABLE).columns(A.plus(1).as("x"), B.upper().as("y")).message().toBuilder();
        change.accept(list);
        final byte[] bytes = list.build().toByteArray();
        final String said =
                String.valueOf(assertThrows(BadPlanException.class, () -> ExpressionList.decode(bytes), message)
                        .getMessage());
        assertTrue(said.startsWith(message), () -> message + " | " + said);
    }

    @Test
    void shouldTakeDepthWithoutRecursing() {
        Expr deep = A.plus(1);
        for (int i = 0; i < 1500; i++) {
            deep = deep.plus(1);
        }
        final ExpressionList list = Expressions.over(TABLE).columns(deep.as("deep"));
        assertTrue(list.toString().length() > 1500);
        assertEquals(list, ExpressionList.decode(list.encode()));
        assertEquals(list, new Evaluator(list, new RecordLayout(TABLE.schema()), null).expressions());
    }

    @Test
    void shouldRefuseToHoldMoreValuesThanItMay() {
        Expr right = A.plus(1);
        for (int i = 0; i < 250; i++) {
            right = A.plus(right);
        }
        final Expr most = right;
        assertEquals(1, Expressions.over(TABLE).columns(most.as("most")).size());
        final Expr more = A.plus(A.plus(A.plus(A.plus(A.plus(most)))));
        final BadPlanException e = assertThrows(
                BadPlanException.class, () -> Expressions.over(TABLE).columns(more.as("more")));
        assertTrue(String.valueOf(e.getMessage()).startsWith("an expression holds at most 256 values at once"));
    }

    @Test
    void shouldRefuseARegularExpressionThatIsNone() {
        final ExpressionsMessage.Builder list = Expressions.over(TABLE)
                .condition(B.matches("a")
                        .and(caseWhen(A.is(1), true).otherwise(false).is(true)))
                .message()
                .toBuilder();
        for (final NodeMessage.Builder node : list.getNodesBuilderList()) {
            if (node.getTextsCount() > 0) {
                node.setTexts(0, ByteString.copyFromUtf8("((a{99}){99}){99}"));
            }
        }
        final ExpressionList hostile = ExpressionList.decode(list.build().toByteArray());
        final RecordLayout layout = new RecordLayout(TABLE.schema());
        final BadPlanException e = assertThrows(BadPlanException.class, () -> new Evaluator(hostile, layout, null));
        assertTrue(String.valueOf(e.getMessage()).contains("grows beyond"), e::getMessage);
    }
}

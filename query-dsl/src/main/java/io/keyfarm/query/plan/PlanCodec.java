package io.keyfarm.query.plan;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keyfarm.query.proto.FieldMessage;
import io.keyfarm.query.proto.NodeMessage;
import io.keyfarm.query.proto.OrderMessage;
import io.keyfarm.query.proto.ParameterMessage;
import io.keyfarm.query.proto.PlanMessage;
import io.keyfarm.query.proto.TypeMessage;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Plans to protobuf messages and back. Kinds and operations travel as numbers of their own, never as Java's ordinals. */
final class PlanCodec {
    private static final int VERSION = 1;

    /** By their number in plan bytes; number 0 is none. */
    private static final FieldKind[] KINDS = {
        FieldKind.INT8,
        FieldKind.INT16,
        FieldKind.INT32,
        FieldKind.INT64,
        FieldKind.UINT8,
        FieldKind.UINT16,
        FieldKind.UINT32,
        FieldKind.FLOAT32,
        FieldKind.FLOAT64,
        FieldKind.DECIMAL,
        FieldKind.BOOL,
        FieldKind.DATE,
        FieldKind.TIMESTAMP,
        FieldKind.CHAR,
        FieldKind.VARCHAR,
        FieldKind.BYTES
    };

    private static final byte[] NO_BYTES = {};

    private PlanCodec() {}

    static byte[] encode(PlanDraft draft) {
        final PlanMessage.Builder plan = PlanMessage.newBuilder()
                .setVersion(VERSION)
                .setTable(draft.tableName())
                .setCount(draft.count())
                .setOffset(draft.offset());
        for (final Field field : draft.fields()) {
            plan.addFields(encode(field));
        }
        draft.parameters().forEach(parameter -> plan.addParameters(encode(parameter)));
        draft.nodes().forEach(node -> plan.addNodes(encode(node)));
        for (final int field : draft.output()) {
            plan.addOutput(field);
        }
        draft.order().forEach(by -> plan.addOrder(encode(by)));
        if (draft.limit() != QueryPlan.UNLIMITED) {
            plan.setLimit(draft.limit());
        }
        draft.steps().forEach(step -> plan.addSteps(FlowCodec.encode(step)));
        return plan.build().toByteArray();
    }

    static FieldMessage.Builder encode(Field field) {
        return FieldMessage.newBuilder()
                .setName(field.name())
                .setType(encode(field.type()))
                .setNullable(field.nullable());
    }

    static ParameterMessage.Builder encode(Parameter parameter) {
        return ParameterMessage.newBuilder()
                .setName(parameter.name())
                .setType(encode(parameter.type()))
                .setOptional(parameter.optional())
                .setSet(parameter.set());
    }

    static OrderMessage.Builder encode(OrderBy by) {
        return OrderMessage.newBuilder().setField(by.field()).setDescending(by.descending());
    }

    private static TypeMessage encode(FieldType type) {
        int kind = 0;
        while (KINDS[kind] != type.kind()) {
            kind++;
        }
        return TypeMessage.newBuilder()
                .setKind(kind + 1)
                .setLength(type.length())
                .setScale(type.scale())
                .build();
    }

    static NodeMessage encode(Node node) {
        final NodeMessage.Builder message =
                NodeMessage.newBuilder().setOp(node.op().code());
        for (int i = 0; i < node.operandCount(); i++) {
            message.addOperands(node.operand(i));
        }
        if (node.field() != Node.NONE) {
            message.setField(node.field());
        }
        if (node.other() != Node.NONE) {
            message.setOther(node.other());
        }
        for (int i = 0; i < node.sortableCount(); i++) {
            message.addSortables(node.sortable(i));
        }
        for (int i = 0; i < node.textCount(); i++) {
            message.addTexts(ByteString.copyFrom(node.text(i)));
        }
        for (int i = 0; i < node.parameterCount(); i++) {
            message.addParameters(node.parameter(i));
        }
        if (node.escape() != Node.NONE) {
            message.setEscape(node.escape());
        }
        if (node.type() != null) {
            message.setType(encode(node.type()));
        }
        if (node.argument() != Node.NONE) {
            message.setArgument(node.argument());
        }
        return message.build();
    }

    static PlanDraft decode(byte[] bytes) {
        try {
            return decode(parse(bytes));
        } catch (BadValueException e) {
            throw new BadPlanException(e.getMessage(), e);
        }
    }

    /** The message as it came: known, no larger than plans are, and no more. */
    static PlanMessage parse(byte[] bytes) {
        try {
            PlanScan.requireKnown(bytes);
            return PlanMessage.parseFrom(CodedInputStream.newInstance(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new BadPlanException("these bytes are no plan: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new AssertionError("reading from an array", e);
        }
    }

    private static PlanDraft decode(PlanMessage plan) {
        if (plan.getVersion() != VERSION) {
            throw new BadPlanException("this is a plan of version " + Integer.toUnsignedString(plan.getVersion())
                    + ", but version " + VERSION + " is known");
        }
        if (plan.getReadsCount() > 0) {
            throw new BadPlanException("a plan of version 1 is one read, and has no others");
        }
        final List<Field> fields = new ArrayList<>(plan.getFieldsCount());
        for (final FieldMessage field : plan.getFieldsList()) {
            fields.add(decode(field));
        }
        final List<Parameter> parameters = new ArrayList<>(plan.getParametersCount());
        plan.getParametersList().forEach(parameter -> parameters.add(decode(parameter)));
        final List<Node> nodes = new ArrayList<>(plan.getNodesCount());
        for (final NodeMessage node : plan.getNodesList()) {
            nodes.add(decode(nodes.size(), node));
        }
        final List<OrderBy> order = new ArrayList<>(plan.getOrderCount());
        plan.getOrderList().forEach(by -> order.add(decode(by)));
        final List<Step> steps = new ArrayList<>(plan.getStepsCount());
        plan.getStepsList().forEach(step -> steps.add(FlowCodec.decode(steps.size() + 1, step)));
        return new PlanDraft(
                plan.getTable(),
                fields,
                parameters,
                nodes,
                plan.getCount(),
                ints(plan.getOutputCount(), plan::getOutput),
                order,
                plan.hasLimit() ? plan.getLimit() : QueryPlan.UNLIMITED,
                plan.getOffset(),
                steps);
    }

    static Field decode(FieldMessage field) {
        return new Field(field.getName(), decode(field.getType()), field.getNullable());
    }

    static Parameter decode(ParameterMessage parameter) {
        return new Parameter(
                parameter.getName(), decode(parameter.getType()), parameter.getOptional(), parameter.getSet());
    }

    static OrderBy decode(OrderMessage by) {
        return new OrderBy(by.getField(), by.getDescending());
    }

    private static FieldType decode(TypeMessage type) {
        final int kind = type.getKind();
        if (kind < 1 || kind > KINDS.length) {
            throw new BadPlanException("there is no field type " + Integer.toUnsignedString(kind));
        }
        return new FieldType(KINDS[kind - 1], type.getLength(), type.getScale());
    }

    static Node decode(int place, NodeMessage message) {
        final Op op = Op.ofCode(message.getOp());
        if (op == null) {
            throw new BadPlanException("node " + place + " does " + Integer.toUnsignedString(message.getOp())
                    + ", which is nothing known");
        }
        final long[] sortables = new long[message.getSortablesCount()];
        for (int i = 0; i < sortables.length; i++) {
            sortables[i] = message.getSortables(i);
        }
        final byte[][] texts = new byte[message.getTextsCount()][];
        for (int i = 0; i < texts.length; i++) {
            final ByteString text = message.getTexts(i);
            texts[i] = text.isEmpty() ? NO_BYTES : text.toByteArray();
        }
        return new Node(
                op,
                ints(message.getOperandsCount(), message::getOperands),
                // Places beyond any list stay places: the check refuses them.
                message.hasField() ? message.getField() & Integer.MAX_VALUE : Node.NONE,
                message.hasOther() ? message.getOther() & Integer.MAX_VALUE : Node.NONE,
                sortables,
                texts,
                ints(message.getParametersCount(), message::getParameters),
                message.hasEscape() ? message.getEscape() & Integer.MAX_VALUE : Node.NONE,
                message.hasType() ? decode(message.getType()) : null,
                message.hasArgument() ? message.getArgument() & Integer.MAX_VALUE : Node.NONE);
    }

    static int[] ints(int count, IntUnaryOperator at) {
        final int[] ints = new int[count];
        Arrays.setAll(ints, at);
        return ints;
    }
}

package io.keyfarm.query.plan;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keyfarm.query.proto.ExpressionsMessage;
import io.keyfarm.query.proto.InputFieldMessage;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values and conditions over one row, or over a left and a right row: what a plan of many steps puts into its filters,
 * transforms and joins. Immutable, and checked whole when it is made or decoded.
 *
 * <pre>
 *   price * quantity as amount, upper(state) as state
 *
 *   fields   0: left price    1: left quantity    2: left state
 *   nodes    0: field 0   1: field 1   2: * 0 1   |   3: field 2   4: upper 3
 *   roots    2 amount decimal(18,2)               |   4 state varchar
 * </pre>
 */
public final class ExpressionList {
    private final List<InputField> fields;
    private final List<Parameter> parameters;
    private final List<Node> nodes;
    private final List<String> names;
    private final int[] roots;
    private final ValueCheck values;

    private ExpressionList(List<InputField> fields, List<Parameter> parameters, List<Node> nodes, List<String> names) {
        this.fields = List.copyOf(fields);
        this.parameters = List.copyOf(parameters);
        this.nodes = List.copyOf(nodes);
        this.names = List.copyOf(names);
        try {
            QueryPlan.requireParameters(parameters);
            final PlanCheck check =
                    new PlanCheck(this.fields.stream().map(InputField::field).toList(), this.parameters, this.nodes);
            roots = check.run();
            values = check.values();
            requireNames();
        } catch (BadValueException e) {
            throw new BadPlanException(e.getMessage(), e);
        }
    }

    /**
     * @param nodes trees in post-order, one behind another
     * @param names of the trees' values; those of conditions are empty
     * @throws BadPlanException naming what is wrong with them
     */
    public static ExpressionList of(
            List<InputField> fields, List<Parameter> parameters, List<Node> nodes, List<String> names) {
        return new ExpressionList(fields, parameters, nodes, names);
    }

    private void requireNames() {
        if (names.size() != roots.length) {
            throw new BadPlanException("there are " + roots.length + " expressions, but " + names.size() + " names");
        }
        if (fields.size() > 2 * TableSchema.MAX_FIELDS || roots.length > TableSchema.MAX_FIELDS) {
            throw new BadPlanException("expressions use at most " + 2 * TableSchema.MAX_FIELDS
                    + " fields and are at most " + TableSchema.MAX_FIELDS + ", but these are " + roots.length + " of "
                    + fields.size() + " fields");
        }
        for (int i = 0; i < roots.length; i++) {
            final FieldType type = type(i);
            if (type != null) {
                new Field(names.get(i), type, false);
            } else if (!names.get(i).isEmpty()) {
                throw new BadPlanException("a condition has no name, but this one is called " + names.get(i));
            }
        }
    }

    /**
     * Reads bytes from anywhere.
     *
     * @throws BadPlanException naming what is wrong with them
     */
    public static ExpressionList decode(byte[] bytes) {
        if (bytes.length > QueryPlan.MAX_BYTES) {
            throw new BadPlanException(
                    "expressions have at most " + QueryPlan.MAX_BYTES + " bytes, but these have " + bytes.length);
        }
        try {
            PlanScan.requireKnown(bytes, ExpressionsMessage.getDescriptor());
            return of(ExpressionsMessage.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new BadPlanException("these bytes are no expressions: " + e.getMessage(), e);
        } catch (BadValueException e) {
            throw new BadPlanException(e.getMessage(), e);
        }
    }

    static ExpressionList of(ExpressionsMessage message) {
        final List<InputField> fields = new ArrayList<>(message.getFieldsCount());
        for (final InputFieldMessage field : message.getFieldsList()) {
            fields.add(new InputField(field.getInput(), PlanCodec.decode(field.getField())));
        }
        final List<Node> nodes = new ArrayList<>(message.getNodesCount());
        message.getNodesList().forEach(node -> nodes.add(PlanCodec.decode(nodes.size(), node)));
        return new ExpressionList(
                fields,
                message.getParametersList().stream().map(PlanCodec::decode).toList(),
                nodes,
                message.getNamesList());
    }

    ExpressionsMessage message() {
        final ExpressionsMessage.Builder message =
                ExpressionsMessage.newBuilder().addAllNames(names);
        for (final InputField field : fields) {
            message.addFields(
                    InputFieldMessage.newBuilder().setInput(field.input()).setField(PlanCodec.encode(field.field())));
        }
        parameters.forEach(parameter -> message.addParameters(PlanCodec.encode(parameter)));
        nodes.forEach(node -> message.addNodes(PlanCodec.encode(node)));
        return message.build();
    }

    public byte[] encode() {
        return message().toByteArray();
    }

    public List<InputField> fields() {
        return fields;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** How many expressions there are. */
    public int size() {
        return roots.length;
    }

    /** The place of the expression's last node. */
    public int root(int expression) {
        return roots[expression];
    }

    /** The place of the expression's first node. */
    public int start(int expression) {
        return expression == 0 ? 0 : roots[expression - 1] + 1;
    }

    /** Empty for a condition. */
    public String name(int expression) {
        return names.get(expression);
    }

    /** Null for a condition. */
    public @Nullable FieldType type(int expression) {
        return values.type(roots[expression]);
    }

    public boolean isCondition(int expression) {
        return type(expression) == null;
    }

    public boolean isNullable(int expression) {
        return values.isNullable(roots[expression]);
    }

    /** Of the value that a node computes; null for a condition. */
    public @Nullable FieldType nodeType(int node) {
        return values.type(node);
    }

    /** Rows of these values, which has no conditions among them. */
    public TableSchema schema(String tableName) {
        final List<Field> columns = new ArrayList<>();
        for (int i = 0; i < roots.length; i++) {
            columns.add(new Field(
                    names.get(i), Objects.requireNonNull(type(i), "a condition is no column"), isNullable(i)));
        }
        return new TableSchema(tableName, columns);
    }

    /** The words of one node and what it is made of. */
    public String words(int node) {
        return printer().words(node);
    }

    private PlanPrinter printer() {
        return printer("");
    }

    /** @param left what is put before the name of a left field */
    private PlanPrinter printer(String left) {
        return new PlanPrinter(
                fields.stream().map(InputField::field).toList(),
                fields.stream()
                        .map(field -> (field.input() == InputField.LEFT ? left : "")
                                + field.field().name())
                        .toList(),
                parameters,
                nodes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExpressionList that && message().equals(that.message());
    }

    @Override
    public int hashCode() {
        return message().hashCode();
    }

    /** {@code price * quantity as amount, upper(state) as state}. */
    @Override
    public String toString() {
        return list("");
    }

    /** The same, with something before the names of left fields. */
    String list(String left) {
        final StringBuilder words = new StringBuilder();
        final PlanPrinter printer = printer(left);
        for (int i = 0; i < roots.length; i++) {
            words.append(i == 0 ? "" : ", ").append(printer.words(roots[i]));
            words.append(names.get(i).isEmpty() ? "" : " as " + names.get(i));
        }
        return words.toString();
    }
}

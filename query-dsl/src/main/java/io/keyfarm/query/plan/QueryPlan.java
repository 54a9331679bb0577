package io.keyfarm.query.plan;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A compiled query over one table. Immutable, checked whole when it was made or decoded, and the same plan wherever its
 * bytes are the same.
 *
 * <pre>
 *   fields       what the query uses of its table, by name and type; the rest of the plan says "field 2"
 *   nodes        the condition in post-order; none: every row
 *   output       the visible fields, then hidden ones by which rows are ordered but which nobody asked to see
 *   steps        mostly none; or what slaves make of such rows: states of their groups, which are what travels
 * </pre>
 *
 * Rows travel with all output fields ({@link #rowSchema}), so that whoever merges them can order them; the hidden ones
 * stand last and are dropped at the end ({@link #outputSchema}).
 */
public final class QueryPlan implements Plan {
    public static final int MAX_NODES = PlanCheck.MAX_NODES;
    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final byte[] bytes;
    private final PlanId id;
    private final String tableName;
    private final List<Field> fields;
    private final List<Parameter> parameters;
    private final List<Node> nodes;
    private final boolean count;
    private final int[] output;
    private final List<OrderBy> order;
    private final long limit;
    private final long offset;
    private final int[] rowFields;
    private final TableSchema rowSchema;
    private final TableSchema outputSchema;
    private final @Nullable PartialSteps steps;

    private QueryPlan(byte[] bytes, PlanDraft draft) {
        this.bytes = bytes;
        id = PlanId.ofPlan(bytes);
        tableName = draft.tableName();
        fields = List.copyOf(draft.fields());
        parameters = List.copyOf(draft.parameters());
        nodes = List.copyOf(draft.nodes());
        count = draft.count();
        output = draft.output();
        order = List.copyOf(draft.order());
        limit = draft.limit();
        offset = draft.offset();
        try {
            requireNames();
            new PlanCheck(fields, parameters, nodes).requireCondition();
            requireOutput();
            rowFields = rowFields();
            steps = PartialSteps.of(draft);
            rowSchema = steps == null ? schemaOf(rowFields) : steps.shape().states();
            outputSchema = steps == null ? schemaOf(output) : rowSchema;
        } catch (BadValueException e) {
            throw new BadPlanException(e.getMessage(), e);
        }
    }

    /** Encodes and checks. */
    public static QueryPlan of(PlanDraft draft) {
        final byte[] encoded = PlanCodec.encode(draft);
        requireSize(encoded.length);
        return new QueryPlan(encoded, draft);
    }

    /**
     * Reads plan bytes from anywhere.
     *
     * @throws BadPlanException naming what is wrong with them
     */
    public static QueryPlan decode(byte[] planBytes) {
        requireSize(planBytes.length);
        final byte[] own = planBytes.clone();
        return new QueryPlan(own, PlanCodec.decode(own));
    }

    public static QueryPlan decode(DirectBuffer buffer, int offset, int length) {
        requireSize(length);
        buffer.boundsCheck(offset, length);
        final byte[] own = new byte[length];
        buffer.getBytes(offset, own);
        return new QueryPlan(own, PlanCodec.decode(own));
    }

    static void requireSize(int length) {
        if (length < 0 || length > MAX_BYTES) {
            throw new BadPlanException("a plan has at most " + MAX_BYTES + " bytes, but this one has " + length);
        }
    }

    private void requireNames() {
        requireParameters(parameters);
        if (fields.isEmpty()) {
            // A table without fields cannot be, but a plan that uses none counts every row.
            new TableSchema(tableName, List.of(new Field("none", FieldType.BOOL, false)));
        } else {
            new TableSchema(tableName, fields);
        }
    }

    static void requireParameters(List<Parameter> parameters) {
        if (parameters.size() > Parameter.MAX_COUNT) {
            throw new BadPlanException(
                    "a plan has at most " + Parameter.MAX_COUNT + " parameters, but this one has " + parameters.size());
        }
        final Set<String> names = new HashSet<>();
        for (final Parameter parameter : parameters) {
            if (!names.add(parameter.name())) {
                throw new BadPlanException("the plan has two parameters named " + parameter.name());
            }
        }
    }

    private void requireOutput() {
        if (limit < 0 || offset < 0) {
            throw new BadPlanException("limit and offset are 0 or more, but are " + limit + " and " + offset);
        }
        if (count) {
            if (output.length > 0 || !order.isEmpty() || (limit != UNLIMITED && limit != 1) || offset != 0) {
                throw new BadPlanException(
                        "a count answers one number, without output, order and offset, and with no limit but 1");
            }
            return;
        }
        if (output.length == 0 || output.length > TableSchema.MAX_FIELDS) {
            throw new BadPlanException(
                    "a plan has 1 to " + TableSchema.MAX_FIELDS + " output fields, but this one has " + output.length);
        }
        for (final int field : output) {
            requireFieldPlace(field);
        }
        if (order.size() > OrderBy.MAX_COUNT) {
            throw new BadPlanException(
                    "a plan orders by at most " + OrderBy.MAX_COUNT + " fields, but this one by " + order.size());
        }
        order.forEach(by -> requireFieldPlace(by.field()));
    }

    private void requireFieldPlace(int field) {
        if (field < 0 || field >= fields.size()) {
            throw new BadPlanException(
                    "the plan uses " + fields.size() + " fields, but names field " + Integer.toUnsignedString(field));
        }
    }

    private int[] rowFields() {
        final List<Integer> places = Arrays.stream(output).boxed().collect(Collectors.toCollection(ArrayList::new));
        final Set<Integer> seen = new HashSet<>(places);
        for (final OrderBy by : order) {
            if (seen.add(by.field())) {
                places.add(by.field());
            }
        }
        return places.stream().mapToInt(Integer::intValue).toArray();
    }

    private TableSchema schemaOf(int[] places) {
        return count
                ? new TableSchema(tableName, List.of(new Field("count", FieldType.INT64, false)))
                : new TableSchema(
                        tableName, Arrays.stream(places).mapToObj(fields::get).toList());
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public int byteCount() {
        return bytes.length;
    }

    @Override
    public PlanId id() {
        return id;
    }

    public String tableName() {
        return tableName;
    }

    /** The fields of the table that the plan uses. */
    public List<Field> fields() {
        return fields;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    /** The condition in post-order, its root last; empty: every row. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Whether the answer is how many rows match, and no rows. */
    public boolean isCount() {
        return count;
    }

    @Override
    public List<QueryPlan> reads() {
        return List.of(this);
    }

    /** Whether it counts no further than 1. */
    public boolean isExists() {
        return count && limit == 1;
    }

    /** Of a count, one field {@code count}. */
    @Override
    public TableSchema outputSchema() {
        return outputSchema;
    }

    /** What rows travel with: the output, then the hidden fields of the order. */
    public TableSchema rowSchema() {
        return rowSchema;
    }

    /** The places in {@link #fields} of the fields of {@link #rowSchema}; of a count, none. */
    public int rowField(int i) {
        return rowFields[i];
    }

    public int rowFieldCount() {
        return rowFields.length;
    }

    /** How many fields of {@link #rowSchema} nobody asked to see. */
    public int hiddenCount() {
        return rowFields.length - output.length;
    }

    /** Empty: rows come as they are found. */
    public List<OrderBy> order() {
        return order;
    }

    public boolean isOrdered() {
        return !order.isEmpty();
    }

    /** {@link #UNLIMITED} if there is none. */
    public long limit() {
        return limit;
    }

    public long offset() {
        return offset;
    }

    /** Whether slaves group the rows, and answer the states of their groups. */
    public boolean isGrouped() {
        return steps != null;
    }

    /** What slaves make of the rows, of a plan that {@link #isGrouped}. */
    public PartialSteps steps() {
        return Objects.requireNonNull(steps);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QueryPlan that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The words of the query. */
    @Override
    public String toString() {
        final StringBuilder words = new StringBuilder("from(").append(tableName).append(')');
        words.append(new PlanPrinter(fields, parameters, nodes).wheres());
        if (count) {
            return words.append(isExists() ? ".exists()" : ".count()").toString();
        }
        words.append(".select(")
                .append(Arrays.stream(output)
                        .mapToObj(field -> fields.get(field).name())
                        .collect(Collectors.joining(", ")))
                .append(')');
        printOrder(words);
        return words.append(steps == null ? "" : steps).toString();
    }

    private void printOrder(StringBuilder words) {
        if (!order.isEmpty()) {
            words.append(".orderBy(")
                    .append(order.stream()
                            .map(by -> fields.get(by.field()).name() + (by.descending() ? " descending" : ""))
                            .collect(Collectors.joining(", ")))
                    .append(')');
        }
        if (limit != UNLIMITED) {
            words.append(".limit(").append(limit).append(')');
        }
        if (offset != 0) {
            words.append(".offset(").append(offset).append(')');
        }
    }
}

package io.keyfarm.query.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.Expressions;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.compute.ComputeException;
import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.eval.compute.Vector;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Values;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation, on values of every kind, null, extreme and beyond, whole batches and row by row. */
final class ExpressionsAgainstTheJudgeTest {
    private static final int TABLES = 30 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int EXPRESSIONS = 150;
    private static final Object TROUBLE = "trouble";

    static LongStream seeds() {
        return LongStream.range(0, TABLES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldComputeWhatTheJudgeComputes(long seed) {
        final Random random = new Random(seed);
        try (RandomTable table = new RandomTable(random, 1 + random.nextInt(60))) {
            for (int i = 0; i < EXPRESSIONS; i++) {
                checkOne(table, random, "seed " + seed + ", expression " + i);
            }
        }
    }

    private static void checkOne(RandomTable table, Random random, String where) {
        final Ask.Maker asks = new Ask.Maker(random, table.schema);
        final FormulaMaker maker = new FormulaMaker(random, table.schema, asks, random.nextInt(3) == 0);
        final Formula formula = maker.any(1 + random.nextInt(4));
        final Question question = maker.question(1 + random.nextInt(2));
        final Table words = Table.of(table.schema);
        final Expressions over = Expressions.over(words);
        final ExpressionList value = ExpressionList.decode(
                over.columns(formula.words().apply(words).as("it")).encode());
        final ExpressionList condition = ExpressionList.decode(
                over.condition(question.words().apply(words)).encode());
        assertEquals(formula.type(), value.type(0), () -> where + ": " + value);
        final Map<String, @Nullable Object> given = asks.givenAll();
        final String why = where + ": " + value + "; " + condition + " with " + given;
        check(table, value, formula.judge(), given, why);
        check(table, condition, (row, it) -> Boolean.TRUE.equals(question.judge(row, it, false)), given, why);
    }

    private static void check(
            RandomTable table,
            ExpressionList list,
            Formula.Judge judge,
            Map<String, @Nullable Object> given,
            String why) {
        final Evaluator evaluator = new Evaluator(list, table.slab.layout(), null);
        bind(evaluator, list, given);
        final RowBatch batch = new RowBatch(table.slab.layout());
        batch.begin(table.slab.heapBases());
        final List<Object> expected = new ArrayList<>();
        for (int row = 0; row < table.rows.size(); row++) {
            batch.add(table.slab.address(row));
            expected.add(judged(judge, table.rows.get(row), given));
        }
        evaluator.begin(batch, null);
        final boolean isTrouble = expected.contains(TROUBLE);
        final List<Object> all = computed(evaluator, list, 0, expected.size());
        assertEquals(isTrouble ? List.of(TROUBLE) : expected, all, why);
        for (int row = 0; row < expected.size() && isTrouble; row++) {
            final String place = why + ", row " + row + ": " + Arrays.deepToString(table.rows.get(row));
            assertEquals(List.of(expected.get(row)), computed(evaluator, list, row, 1), place);
        }
    }

    private static void bind(Evaluator evaluator, ExpressionList list, Map<String, @Nullable Object> given) {
        final Parameters parameters = new Parameters(list.parameters());
        for (int i = 0; i < list.parameters().size(); i++) {
            final String name = list.parameters().get(i).name();
            if (given.containsKey(name)) {
                parameters.set(i, given.get(name));
            }
        }
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final int length = parameters.encode(buffer, 0);
        final ParameterBlock block = new ParameterBlock(list.parameters());
        block.wrap(buffer, 0, length);
        evaluator.bind(block);
    }

    private static Object judged(Formula.Judge judge, @Nullable Object[] row, Map<String, @Nullable Object> given) {
        try {
            return normal(judge.of(row, given));
        } catch (Formula.Trouble e) {
            return TROUBLE;
        }
    }

    private static Object normal(@Nullable Object value) {
        if (value instanceof Double floating) {
            return Double.doubleToLongBits(floating) + " " + floating;
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
    }

    private static List<Object> computed(Evaluator evaluator, ExpressionList list, int first, int count) {
        final int[] places = new int[RowBatch.SIZE];
        for (int i = 0; i < count; i++) {
            places[i] = first + i;
        }
        final List<Object> found = new ArrayList<>();
        try {
            final FieldType type = list.type(0);
            if (type == null) {
                final int kept = evaluator.filter(0, places, count);
                final List<Integer> left =
                        Arrays.stream(places, 0, kept).boxed().toList();
                for (int i = 0; i < count; i++) {
                    found.add(String.valueOf(left.contains(first + i)));
                }
                return found;
            }
            final Vector vector = evaluator.compute(0, places, count);
            for (int i = 0; i < count; i++) {
                found.add(normal(vector.isNull(first + i) ? null : value(type, vector, first + i)));
                assertTrue(list.isNullable(0) || !vector.isNull(first + i), () -> list + " is never null");
            }
            return found;
        } catch (ComputeException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 2000, e::getMessage);
            return List.of(TROUBLE);
        }
    }

    private static Object value(FieldType type, Vector vector, int place) {
        if (type.kind().isFloating()) {
            return vector.floating(place);
        }
        if (!type.isText()) {
            final String printed = Values.print(type, vector.value(place));
            return type.kind() == io.keyfarm.rows.FieldKind.DECIMAL ? new BigDecimal(printed) : printed;
        }
        final byte[] text = new byte[vector.length(place)];
        Memory.copy(vector.value(place), text, 0, text.length);
        return new String(text, StandardCharsets.UTF_8);
    }
}

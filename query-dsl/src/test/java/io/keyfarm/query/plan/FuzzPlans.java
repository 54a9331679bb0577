package io.keyfarm.query.plan;

import static io.keyfarm.query.Expr.caseWhen;
import static io.keyfarm.query.Expr.coalesce;
import static io.keyfarm.query.Expr.concat;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;

import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.FieldType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/** Plans and parameters to begin fuzzing from. */
final class FuzzPlans {
    private static final Table TABLE =
            Table.of("t: a int32, b char(2) null, c varchar, d decimal(8,2) null, e bytes, f float64 null, g date");

    private static final Query QUERY = from(TABLE)
            .where(TABLE.field("a").between(param("low").optional(), param("high")))
            .where(TABLE.field("b")
                    .in(param("states").optional())
                    .or(TABLE.field("c").like(param("like"), '!'))
                    .not())
            .where(TABLE.field("d").isNull().or(TABLE.field("f").in(param("floats"))))
            .where(TABLE.field("e")
                    .startsWith(param("bytes"))
                    .or(TABLE.field("c").contains("x")))
            .where(TABLE.field("c").greaterThan(TABLE.field("b")))
            .where(param("g").isAbsent().or(TABLE.field("g").is(param("g"))))
            .orderBy(TABLE.field("d").descending())
            .limit(10);

    static final QueryPlan EVERY_KIND = QUERY.compile();

    static final QueryPlan EXPRESSIONS = from(TABLE)
            .where(TABLE.field("a")
                    .plus(1)
                    .times(TABLE.field("d"))
                    .atMost(param("top").optional()))
            .where(caseWhen(TABLE.field("b").is("FL"), TABLE.field("c"))
                    .when(TABLE.field("c").matches("a+(b|c){2}"), "x")
                    .otherwise(concat(TABLE.field("b"), "y").upper())
                    .substring(1, 2)
                    .in("a", "b", param("in").optional())
                    .not())
            .where(TABLE.field("c")
                    .soundsLike("x")
                    .or(TABLE.field("c").withinEdits(TABLE.field("b"), 2))
                    .or(TABLE.field("c").trim().like("a%")))
            .where(TABLE.field("g")
                    .plusMonths(1)
                    .truncatedTo(ChronoUnit.MONTHS)
                    .year()
                    .isNotNull())
            .where(coalesce(TABLE.field("f"), TABLE.field("d").to(FieldType.FLOAT64))
                    .round(2)
                    .abs()
                    .greaterThan(0))
            .compile();

    private FuzzPlans() {}

    static byte[] parameters() {
        final Parameters parameters = new Parameters(EVERY_KIND)
                .set("low", 1)
                .set("high", 7)
                .set("states", List.of("FL", "GA"))
                .set("like", "a!%%b_")
                .set("floats", List.of(1.5, Double.NaN))
                .set("bytes", new byte[] {1, 2})
                .set("g", null);
        final byte[] bytes = new byte[parameters.encodedLength()];
        parameters.encode(new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    /** Writes the inputs that stand in src/test/resources. */
    public static void main(String... arguments) throws IOException {
        final Path root = Path.of(arguments[0], "io/keyfarm/query/plan/PlanFuzzTestInputs");
        final Path plans = Files.createDirectories(root.resolve("shouldRefuseOrTakeAnyPlan"));
        Files.write(plans.resolve("every-kind"), EVERY_KIND.bytes());
        Files.write(plans.resolve("expressions"), EXPRESSIONS.bytes());
        Files.write(plans.resolve("count"), from(TABLE).count().compile().bytes());
        Files.write(plans.resolve("all-rows"), from(TABLE).compile().bytes());
        Files.write(
                plans.resolve("many-values"),
                from(TABLE)
                        .where(TABLE.field("a")
                                .in(IntStream.range(0, 500).boxed().toList()))
                        .compile()
                        .bytes());
        Files.write(plans.resolve("empty-messages"), repeat(4000, 0x2A, 0x00));
        Files.write(plans.resolve("too-many-messages"), repeat(20_000, 0x2A, 0x00));
        Files.write(plans.resolve("groups"), repeat(400, 0x0B));
        Files.write(plans.resolve("unknown-fields"), repeat(400, 0xA8, 0x06, 0x01));
        final Path blocks = Files.createDirectories(root.resolve("shouldRefuseOrTakeAnyParameters"));
        Files.write(blocks.resolve("every-kind"), parameters());
        Files.write(
                blocks.resolve("all-absent"), new byte[EVERY_KIND.parameters().size()]);
        final byte[] huge = parameters();
        huge[19] = 0x7F;
        huge[20] = 0x7F;
        Files.write(blocks.resolve("huge-count"), huge);
    }

    private static byte[] repeat(int times, int... values) {
        final byte[] bytes = new byte[times * values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i % values.length];
        }
        return bytes;
    }
}

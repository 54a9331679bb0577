package io.keyfarm.query.plan;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Children.children;
import static io.keyfarm.query.Expr.value;
import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import org.junit.jupiter.api.Test;

final class FlowPrinterTest {
    private static final Table LEFT = Table.of("l: a int32, b varchar null, c decimal(8,2)");
    private static final Table RIGHT = Table.of("r: x int32, y varchar null, z date");
    private static final FieldRef A = LEFT.field("a");
    private static final FieldRef B = LEFT.field("b");
    private static final FieldRef C = LEFT.field("c");
    private static final FieldRef X = RIGHT.field("x");

    @Test
    void shouldPrintALineAStep() {
        final Flow grouped = from(LEFT)
                .join(inner(RIGHT)
                        .on(X.is(A).and(B.length().greaterThan(3)))
                        .limit(3)
                        .onFail(value("no").as("y"))
                        .keep(2))
                .groupBy(RIGHT.field("y"))
                .aggregate(count().as("rows"));
        assertEquals(
                """
                0  from(l).select(a, b)
                1  from(r).select(x, y)
                2  join 0, 1 on a = x where length(b) > 3, looked up by from(r).where(x is :left_0).select(x, y) with :left_0 = a, limit and substitute beyond 3 by "no" as y, keep 2: y
                3  project 2: y
                4  group 3 by y: count() as rows
                5  filter 4 where rows > 1
                6  sort 5 by rows descending, limit 10, offset 2""",
                grouped.where(it -> it.field("rows").greaterThan(1))
                        .orderBy(grouped.field("rows").descending())
                        .limit(10)
                        .offset(2)
                        .compile()
                        .toString());
    }

    @Test
    void shouldPrintWhatIsCarriedAndChildren() {
        assertEquals(
                """
                0  from(l).select(a, b, c)
                1  iterate 0 in runs of b when before.c < c: before.total + c as total, starting with to(0, decimal(18,2)) as total
                2  normalize 1, times a as n
                3  from(r).select(x, z)
                4  denormalize 2, 3 on a = x, looked up by from(r).where(x is :left_0).select(x, z) with :left_0 = a, ordered by z descending, limit 3: count() as kids, sum(input_0) as sum of x * c as input_0
                5  project 4: total, n, kids, sum""",
                from(LEFT)
                        .runsOf(B)
                        .when(before -> before.field(C).lessThan(C))
                        .iterate(running(
                                "total", 0, before -> before.field("total").plus(C)))
                        .normalize(A, "n")
                        .denormalize(children(RIGHT)
                                .on(X.is(A))
                                .orderBy(RIGHT.field("z").descending())
                                .limit(3)
                                .aggregate(count().as("kids"), sum(X.times(C)).as("sum")))
                        .select("total", "n", "kids", "sum")
                        .compile()
                        .toString());
    }
}

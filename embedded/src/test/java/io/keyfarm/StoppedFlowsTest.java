package io.keyfarm;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Children.children;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Expr;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Join;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps that would go on for centuries without handing on a row end at their deadline. */
final class StoppedFlowsTest {
    private static final Table TABLE = Table.of("t: a int32");
    private static final FieldRef A = TABLE.field("a");

    private static List<Flow> endless() {
        final Flow many = from(TABLE).normalize(Long.MAX_VALUE, "n");
        final Table other = TABLE.as("other");
        final Flow few = from(TABLE).normalize(10_000, "n");
        final Flow ones = many.select(Expr.value(1).as("one"));
        return List.of(
                many.where(it -> it.field("n").lessThan(0)).limit(1),
                ones.distinct().offset(1),
                ones.dedup(ones.field("one")).offset(1),
                ones.dedupLast(ones.field("one")),
                ones.union(ones),
                ones.except(ones),
                ones.offset(Long.MAX_VALUE),
                many.rollup(running("last", 0, before -> Expr.value(1))),
                many.groupBy(A).aggregate(count()),
                many.orderBy(A.ascending()).limit(1),
                from(other)
                        .denormalize(children(many)
                                .on(many.field("n").is(other.field("a")))
                                .aggregate(count())),
                Join.all(few, few, few, few).by("a").where(it -> it.field("n").lessThan(0)),
                many.sample(Long.MAX_VALUE).offset(1));
    }

    @Test
    void shouldEndAtTheDeadline() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded()) {
            farm.load(JavaObjects.ofLists(TABLE.schema(), List.of(List.of(7))));
            final long tableBytes = farm.memoryBytes();
            for (final Flow flow : endless()) {
                try (Session session = farm.session();
                        PreparedFlow query = session.prepare(flow).timeout(Duration.ofMillis(50))) {
                    final QueryException e =
                            assertThrows(QueryException.class, () -> query.run().drain(), flow::toString);
                    assertEquals(FailureCode.DEADLINE_PASSED, e.code(), flow::toString);
                }
            }
            assertEquals(tableBytes, farm.memoryBytes());
        }
    }
}

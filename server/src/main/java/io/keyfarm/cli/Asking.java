package io.keyfarm.cli;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import java.util.Map;
import java.util.stream.Collectors;

/** A query made ready to be asked again and again, whether it is of one table or of several steps. */
interface Asking extends AutoCloseable {
    Rows run(Map<String, Object> binding);

    /** Whether its one row is a count of rows. */
    boolean isCount();

    boolean isOrdered();

    /** How the last run read. */
    String path();

    @Override
    void close();

    static Asking of(Session session, Query query) {
        final PreparedQuery prepared = session.prepare(query);
        return new Asking() {
            @Override
            public Rows run(Map<String, Object> binding) {
                prepared.clear();
                binding.forEach(prepared::set);
                return prepared.run();
            }

            @Override
            public boolean isCount() {
                return prepared.plan().isCount();
            }

            @Override
            public boolean isOrdered() {
                return prepared.isOrdered();
            }

            @Override
            public String path() {
                return prepared.report().path();
            }

            @Override
            public void close() {
                prepared.close();
            }
        };
    }

    /** Its rows are compared in any order. */
    static Asking of(Session session, Flow flow) {
        final PreparedFlow prepared = session.prepare(flow);
        return new Asking() {
            @Override
            public Rows run(Map<String, Object> binding) {
                prepared.clear();
                binding.forEach(prepared::set);
                return prepared.run();
            }

            @Override
            public boolean isCount() {
                return false;
            }

            @Override
            public boolean isOrdered() {
                return false;
            }

            @Override
            public String path() {
                return prepared.reports().stream().map(RunReport::path).collect(Collectors.joining(" + "));
            }

            @Override
            public void close() {
                prepared.close();
            }
        };
    }
}

package io.keyfarm.bench;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * The same join by DuckDB, in memory, in this process, on one thread: prepared, with an index over the ids that it may use or
 * not. It answers a count and a sum, so that no row has to go through JDBC.
 */
final class DuckJoin implements AutoCloseable {
    private static final String JOIN =
            "select count(*), sum(v.price) from visits w join vehicles v on v.id = w.vehicle";

    private final Connection connection;
    private final PreparedStatement all;
    private final PreparedStatement ofDays;

    DuckJoin(PreparedQuery vehicles, Visits visits) throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = connection.createStatement()) {
            statement.execute("set threads = 1");
            statement.execute("create table vehicles (id bigint, year integer, owner integer, price bigint)");
            statement.execute("create table visits (visit integer, vehicle bigint, day integer)");
            fillVehicles(vehicles);
            fillVisits(visits);
            statement.execute("create unique index ids on vehicles (id)");
            statement.execute("create index days on visits (day)");
        }
        all = connection.prepareStatement(JOIN);
        ofDays = connection.prepareStatement(JOIN + " where w.day between ? and ?");
    }

    private void fillVehicles(PreparedQuery vehicles) throws SQLException {
        try (DuckDBAppender rows = ((DuckDBConnection) connection).createAppender("main", "vehicles")) {
            for (final Rows from = vehicles.run(); from.next(); ) {
                rows.beginRow();
                rows.append(from.getLong(Vehicles.ID));
                rows.append((int) from.getLong(Vehicles.YEAR));
                rows.append((int) from.getLong(Vehicles.OWNER));
                rows.append(from.getLong(Vehicles.PRICE));
                rows.endRow();
            }
        }
    }

    private void fillVisits(Visits visits) throws SQLException {
        try (DuckDBAppender rows = ((DuckDBConnection) connection).createAppender("main", "visits")) {
            for (int i = 0; i < visits.count(); i++) {
                rows.beginRow();
                rows.append(i);
                rows.append(visits.vehicle(i));
                rows.append(i / Visits.A_DAY);
                rows.endRow();
            }
        }
    }

    /** Count and sum in one number. */
    long all() throws SQLException {
        return answer(all);
    }

    long ofDays(int first, int count) throws SQLException {
        ofDays.setInt(1, first);
        ofDays.setInt(2, first + count - 1);
        return answer(ofDays);
    }

    private static long answer(PreparedStatement statement) throws SQLException {
        try (ResultSet answer = statement.executeQuery()) {
            answer.next();
            return JoinRace.digest(answer.getLong(1), answer.getLong(2));
        }
    }

    @Override
    public void close() throws SQLException {
        all.close();
        ofDays.close();
        connection.close();
    }
}

package io.keyfarm.bench;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** The same groups by DuckDB, in memory, in this process, on one thread; only a sum over all groups goes through JDBC. */
final class DuckGroup implements AutoCloseable {
    static final String ALL = "all";
    static final String ENDS = "ends";
    static final List<String> NAMES = List.of(ALL, "year", "zip", "owner", "id");

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    DuckGroup(PreparedQuery vehicles) throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = connection.createStatement()) {
            statement.execute("set threads = 1");
            statement.execute(
                    "create table vehicles (id bigint, year smallint, zip integer, owner integer, price bigint)");
            fill(vehicles);
        }
        for (final String name : NAMES) {
            final String by = name.equals(ALL) ? "" : " group by " + name;
            statements.put(name, prepare("select sum(price) as total, count(*) as n from vehicles" + by));
        }
        statements.put(ENDS, prepare("select min(price) as total, max(price) as n from vehicles"));
    }

    private PreparedStatement prepare(String groups) throws SQLException {
        return connection.prepareStatement("select count(*), cast(sum(total * 7 + n) as bigint) from (" + groups + ")");
    }

    private void fill(PreparedQuery vehicles) throws SQLException {
        try (DuckDBAppender rows = ((DuckDBConnection) connection).createAppender("main", "vehicles")) {
            for (final Rows from = vehicles.run(); from.next(); ) {
                rows.beginRow();
                rows.append(from.getLong(Vehicles.ID));
                rows.append((short) from.getLong(Vehicles.YEAR));
                rows.append((int) from.getLong(Vehicles.ZIP));
                rows.append((int) from.getLong(Vehicles.OWNER));
                rows.append(from.getLong(Vehicles.PRICE));
                rows.endRow();
            }
        }
    }

    static long digest(long count, long sum) {
        return sum * 31 + count;
    }

    long answer(String name) throws SQLException {
        try (ResultSet answer = Objects.requireNonNull(statements.get(name)).executeQuery()) {
            answer.next();
            return digest(answer.getLong(1), answer.getLong(2));
        }
    }

    @Override
    public void close() throws SQLException {
        for (final PreparedStatement statement : statements.values()) {
            statement.close();
        }
        connection.close();
    }
}

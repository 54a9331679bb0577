package io.keyfarm.cli;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.cache.ChronicleCache;
import io.keyfarm.farmer.Prepared;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.Tpch;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeysCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path data = Path.of("");

    /** A process that asked for customers, and was not given the time to build a key. */
    @BeforeEach
    void ask() throws IOException {
        data = folder.resolve("data");
        try (Keyfarm farm = Keyfarm.embedded(
                data,
                EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off().byHand())
                        .cache(ChronicleCache::in))) {
            final Table orders = farm.load(Tpch.table("orders", 0.01));
            farm.load(Tpch.table("nation", 0.01));
            final Query query = from(orders).where(orders.field("o_custkey").is(37));
            try (Session session = farm.session();
                    Prepared prepared = session.prepare(query)) {
                for (int i = 0; i < 300; i++) {
                    prepared.run().drain();
                }
            }
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int keys(String... options) {
        final String[] arguments = new String[options.length + 3];
        arguments[0] = "keys";
        arguments[1] = "--data";
        arguments[2] = data.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return run(arguments);
    }

    @Test
    void shouldShowWhatWasAskedInAProcessThatIsGone() {
        assertEquals(0, keys(), err::toString);
        final String text = out.toString();
        assertTrue(text.contains("orders, 15,000 rows"), text);
        assertTrue(text.contains("fields asked of: o_custkey 300"), text);
        assertFalse(text.contains("history"), text);
        assertEquals("", err.toString());
    }

    @Test
    void shouldBuildWhatTheAdvisorWouldAndRememberWhy() {
        assertEquals(0, keys("--now"), err::toString);
        final String built = out.toString()
                .lines()
                .filter(it -> it.startsWith("built o_custkey"))
                .findFirst()
                .orElse("");
        assertTrue(built.contains(" of orders: "), out::toString);
        assertEquals(0, keys("--now"), err::toString);
        assertTrue(out.toString().startsWith("the keys are what the advisor would have"), out::toString);
        assertEquals(0, keys("--table", "orders"), err::toString);
        final String text = out.toString();
        assertTrue(text.lines().anyMatch(it -> it.startsWith("  o_custkey ")), text);
        assertTrue(text.contains("history"), text);
        assertTrue(text.contains(built), text);
    }

    @Test
    void shouldKeepWhatTheOperatorWants() {
        final String[] wishes = {
            "--pin", "orders:o_clerk",
            "--forbid", "orders:o_custkey",
            "--forbid", "orders:o_custkey bitmap",
            "--forbid", "orders:o_custkey column"
        };
        assertEquals(0, keys(wishes), err::toString);
        assertTrue(out.toString().contains("pinned o_clerk of orders: it stays, whatever is asked"), out::toString);
        assertTrue(out.toString().contains("forbade o_custkey of orders: it never comes by itself"), out::toString);
        assertEquals(0, keys("--now"), err::toString);
        assertFalse(out.toString().contains("built o_custkey "), out::toString);
        assertTrue(out.toString().lines().anyMatch(it -> it.startsWith("  o_clerk ")), out::toString);
        assertTrue(out.toString().contains("pinned; "), out::toString);
        assertEquals(
                0,
                keys("--release", "orders:o_clerk", "--release", "orders:o_custkey", "--release", "orders:o_comment"),
                err::toString);
        assertTrue(out.toString().contains("released o_clerk of orders"), out::toString);
        assertTrue(out.toString().contains("nothing had been said of o_comment of orders"), out::toString);
        assertEquals(0, keys("--now"), err::toString);
        assertTrue(out.toString().contains("built o_custkey"), out::toString);
        assertTrue(out.toString().contains("dropped o_clerk of orders"), out::toString);
    }

    @Test
    void shouldDropAGrownKeyThatIsForbidden() {
        assertEquals(0, keys("--now"), err::toString);
        final String key = out.toString().replaceFirst("(?s)^built (o_custkey.*?) of orders.*", "$1");
        assertEquals(0, keys("--forbid", "orders:" + key), err::toString);
        assertTrue(out.toString().contains("dropped " + key + " of orders: it is forbidden"), out::toString);
    }

    @Test
    void shouldKeepBudgets() {
        assertEquals(0, keys("--budget", "3M", "--max-keys", "2", "--table-budget", "orders:10"), err::toString);
        assertTrue(out.toString().startsWith("""
                keys of all tables may take 3,145,728 bytes
                keys of orders may take 10 bytes of these
                there may be 2 keys of all tables
                """.replace("\n", System.lineSeparator())), out::toString);
        assertEquals(0, keys("--now"), err::toString);
        assertTrue(out.toString().contains("of 3,145 kB used"), out::toString);
        assertTrue(out.toString().contains("nothing was built or dropped"), out::toString);
    }

    @Test
    void shouldPrintTheSameForPrograms() {
        assertEquals(0, keys("--pin", "orders:o_custkey", "--json"), err::toString);
        final String json = out.toString();
        for (final String part : List.of(
                "\"done\": [\n    \"pinned o_custkey of orders: it stays, whatever is asked\"\n  ]",
                "\"table\": \"orders\",\n      \"rows\": 15000,",
                "\"fields\": {\n        \"o_custkey\": 300.0\n      }",
                "\"key\": \"o_custkey\",",
                "\"isPinned\": true,",
                "\"history\": []")) {
            assertTrue(json.contains(part), () -> part + "\nis not in\n" + json);
        }
        assertTrue(json.chars().allMatch(c -> c == '\n' || c == '\r' || (c >= ' ' && c <= '~')), json);
    }

    @Test
    void shouldSayWhatATableIsTooSmallFor() {
        assertEquals(0, keys("--table", "nation"), err::toString);
        assertTrue(out.toString().contains("nation grows no keys; tables of fewer than 4,096 rows"), out::toString);
    }

    @Test
    void shouldBuildNothingWhereNothingIsRemembered() throws IOException {
        try (var files = Files.newDirectoryStream(data, "cache.*")) {
            for (final Path file : files) {
                Files.delete(file);
            }
        }
        assertEquals(0, keys(), err::toString);
        assertTrue(out.toString().contains("nothing is remembered of what was asked"), out::toString);
        assertEquals(1, keys("--now"));
        assertTrue(err.toString().contains("--now: nothing is remembered of what was asked"), err::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "--table, order, '--table: there is no table order; did you mean orders?'",
        "--table, zebra, '--table: there is no table zebra; there are nation, orders'",
        "--pin, Orders:o_custkey, '--pin Orders:o_custkey: there is no table Orders; did you mean orders?'",
        "--pin, o_custkey, '--pin names a table first, as orders:o_custkey, not ''o_custkey'''",
        "--pin, orders:, '--pin names a table first, as orders:o_custkey, not ''orders:'''",
        "--budget, lots, '--budget: bytes read ''17600000'' or ''16M'', units K, M, G and T, not ''lots'''",
        "--table-budget, orders:x, '--table-budget: bytes read ''17600000'' or ''16M'', units K, M, G and T, not ''x'''",
        "--table-budget, 200M, '--table-budget names a table first, as orders:200M, not ''200M'''",
        "--max-keys, -1, '--max-keys is 0 or more, not -1'",
    })
    void shouldRefuseWhatAnOptionCannotBe(String option, String value, String message) {
        assertEquals(2, keys(option + "=" + value));
        assertEquals(
                List.of("keyfarm: " + message, "see: keyfarm keys --help"),
                err.toString().lines().toList());
        assertEquals("", out.toString());
    }

    @Test
    void shouldNameWhatIsWrongWithAKey() {
        assertEquals(2, keys("--forbid", "orders:o_custkey warm"));
        assertTrue(
                err.toString().contains("--forbid orders:o_custkey warm: a key reads 'state.zip', 'state.zip hot'"),
                err::toString);
        assertEquals(1, keys("--pin", "orders:o_custky"));
        assertTrue(err.toString().contains("--pin orders:o_custky: "), err::toString);
        assertTrue(err.toString().contains("o_custkey"), err::toString);
    }

    @Test
    void shouldSayWhereThereIsNoDataDirectory() throws IOException {
        assertEquals(2, run("keys"));
        assertEquals(2, run("keys", "--data", folder.resolve("none").toString()));
        assertTrue(err.toString().contains("--data: there is no directory "), err::toString);
        assertFalse(Files.exists(folder.resolve("none")));
        assertEquals(2, run("keys", "--data", folder.toString()));
        assertTrue(err.toString().contains("--data: there are no tables in "), err::toString);
    }

    @Test
    void shouldSayWhoHasTheDirectoryOpen() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded(data)) {
            assertEquals(1, keys());
            assertTrue(err.toString().contains("is open already, in this process"), err::toString);
            assertEquals(2, farm.tables().size());
        }
    }

    @Test
    void shouldFitItsHelpOntoATerminal() {
        assertEquals(0, run("keys", "--help"));
        assertTrue(out.toString().contains("keyfarm keys --data /var/lib/orders --now"), out::toString);
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("\n  keys  "), out::toString);
    }
}

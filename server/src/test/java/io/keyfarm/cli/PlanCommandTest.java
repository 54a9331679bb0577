package io.keyfarm.cli;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.Aggregates;
import io.keyfarm.query.Join;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.QueryPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keyfarm plan}, from the words of a query to a file, and from the file to rows. */
final class PlanCommandTest {
    private static final Table VEHICLES =
            Table.of("vehicles: id int32, make varchar, year int16, price decimal(10,2) null, note varchar null");
    private static final Query CHEAP = from(VEHICLES)
            .where(VEHICLES.field("make").in(param("makes")))
            .where(VEHICLES.field("price").atMost(param("highest").optional()))
            .orderBy(VEHICLES.field("id").ascending())
            .limit(50)
            .select("id", "make", "price", "note");

    @TempDir
    private Path folder;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private String plan = "";
    private String csv = "";

    @BeforeEach
    void writeFiles() throws IOException {
        plan = write("cheap.plan", CHEAP);
        final Path rows = folder.resolve("rows.csv");
        Files.writeString(rows, """
                id,make,year,price,note
                1,FORD,1990,100.50,fine
                2,FIAT,1991,20.00,"rust, and more"
                3,FORD,1992,,
                4,BMW,1993,7000.00,"says ""no\"""
                5,FORD,1994,9.90,""
                """);
        csv = "vehicles=" + rows;
    }

    private String write(String name, Query query) throws IOException {
        return write(name, query.compile().bytes());
    }

    private String write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int runPlan(String file, String... more) {
        final List<String> arguments = new ArrayList<>(List.of("plan", "run", file, "--csv", csv));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(new String[0]));
    }

    private static String lines(StringWriter text) {
        return text.toString().replace(System.lineSeparator(), "\n");
    }

    @Test
    void shouldShowWhatAPlanAsks() {
        assertEquals(0, run("plan", "show", plan), err::toString);
        assertEquals("""
                id          %s
                bytes       %d
                words       %s
                table       vehicles
                parameters  makes varchar, a set
                            highest decimal(10,2), optional
                uses        id int32
                            make varchar
                            price decimal(10,2) null
                            note varchar null
                answers     id int32
                            make varchar
                            price decimal(10,2) null
                            note varchar null
                limit       50
                offset      none
                """.formatted(CHEAP.compile().id(), CHEAP.compile().byteCount(), CHEAP), lines(out));
    }

    @Test
    void shouldShowAndRunAPlanOfSeveralSteps() throws IOException {
        final Table makers = Table.of("makers: maker varchar, country varchar");
        final FlowPlan flow = from(VEHICLES)
                .join(Join.inner(makers).on(makers.field("maker").is(VEHICLES.field("make"))))
                .where(makers.field("country").is(param("country")))
                .groupBy(makers.field("maker"))
                .aggregate(Aggregates.count().as("vehicles"))
                .compile();
        final String file = write("makers.plan", flow.bytes());
        assertEquals(0, run("plan", "show", file), err::toString);
        final String shown = lines(out);
        assertTrue(shown.startsWith("id          " + flow.id() + "\n"), shown);
        assertTrue(shown.contains("\ntables      vehicles\n            makers\n"), shown);
        assertTrue(shown.contains("\nsteps       0  from(vehicles).select(make)\n            1  from(makers)"), shown);
        assertTrue(shown.contains("vehicles.make varchar\n"), shown);
        assertTrue(shown.contains("\nparameters  country varchar\n"), shown);
        assertTrue(shown.contains("\nanswers     maker varchar\n            vehicles int64\n"), shown);

        final Path rows = folder.resolve("makers.csv");
        Files.writeString(rows, "maker,country\nFORD,US\nFIAT,IT\nGM,US\n");
        final String makersCsv = "makers=" + rows;
        assertEquals(
                0,
                runPlan(file, "--csv", makersCsv, "--param", "country=US", "--key", "makers=maker", "--explain"),
                err::toString);
        assertEquals("maker,vehicles\nFORD,3\n", lines(out));
        assertTrue(err.toString().contains("maker equal to a value of the left row"), err.toString());

        assertEquals(2, runPlan(file, "--csv", makersCsv, "--param", "country=US", "--key", "maker"));
        assertTrue(err.toString().contains("--key maker: of which table?"), err.toString());
        assertEquals(2, runPlan(file, "--csv", makersCsv, "--param", "country=US", "--key", "owners=name"));
        assertTrue(err.toString().contains("the plan asks nothing of owners, but of vehicles, makers"), err.toString());
        assertEquals(2, runPlan(file, "--param", "country=US"));
        assertTrue(err.toString().contains("the plan asks of table makers: say --csv makers=FILE"), err.toString());
    }

    @Test
    void shouldPrintTheId() {
        assertEquals(0, run("plan", "id", plan));
        assertEquals(CHEAP.compile().id() + "\n", lines(out));
    }

    @Test
    void shouldPrintRowsAsCsvIntoAPipe() {
        assertEquals(
                0, runPlan(plan, "--param", "makes=FORD", "--param", "makes=BMW", "--key", "make.year"), err::toString);
        assertEquals("""
                id,make,price,note
                1,FORD,100.50,fine
                3,FORD,,
                4,BMW,7000.00,"says ""no""\"
                5,FORD,9.90,""
                """, lines(out));
        assertEquals("", lines(err));
    }

    @Test
    void shouldAlignRowsForPeople() {
        assertEquals(0, runPlan(plan, "--param", "makes=FORD", "--param", "makes=BMW", "--format", "table"));
        assertEquals("""
                id  make    price  note
                 1  FORD   100.50  fine
                 3  FORD     null  null
                 4  BMW   7000.00  says "no"
                 5  FORD     9.90
                """, lines(out));
    }

    @Test
    void shouldPrintNoMoreThanItIsTold() {
        assertEquals(0, runPlan(plan, "--param", "makes=FORD", "--limit-print", "2"));
        assertEquals(3, lines(out).lines().count());
        assertEquals("1 more rows; --limit-print says how many to print\n", lines(err));
        assertEquals(0, runPlan(plan, "--param", "makes=FORD", "--limit-print", "3"));
        assertEquals("", lines(err));
        assertEquals(2, runPlan(plan, "--param", "makes=FORD", "--limit-print", "0"));
    }

    @Test
    void shouldExplainBesideTheRows() {
        assertEquals(0, runPlan(plan, "--param", "makes=FORD", "--param", "highest=50", "--explain"));
        assertEquals("id,make,price,note\n5,FORD,9.90,\"\"\n", lines(out));
        assertTrue(lines(err).contains("narrow    vehicles by full scan"), lines(err));
        assertTrue(lines(err).contains("read by full scan: "), lines(err));
    }

    @Test
    void shouldTakeASchemaForTheFile() {
        final String schema =
                "vehicles: id int32, make char(4), year int16, price decimal(10,2) null, note varchar null";
        assertEquals(1, runPlan(plan, "--param", "makes=FORD", "--schema", schema), "the plan has make as a varchar");
        assertTrue(lines(err).contains("make"), lines(err));
        assertFalse(lines(err).contains("\tat "), lines(err));
        assertEquals(0, runPlan(plan, "--param", "makes=FORD", "--schema", schema.replace("char(4)", "varchar")));
        assertEquals(4, lines(out).lines().count());
        assertEquals(2, runPlan(plan, "--param", "makes=FORD", "--schema", "cars: id int32"));
        assertEquals("keyfarm: --schema of cars: no --csv loads such a table\n", firstLine());
    }

    @Test
    void shouldRunOnTpchRows() throws IOException {
        final Table nation =
                Table.of("nation: n_nationkey int32, n_name varchar, n_regionkey int32, n_comment varchar");
        final String count = write("count.plan", from(nation).count());
        assertEquals(0, run("plan", "run", count, "--tpch", "0.01"), err::toString);
        assertEquals("count\n25\n", lines(out));
        assertEquals(2, run("plan", "run", count, "--tpch", "-1"));
        assertEquals(2, run("plan", "run", count));
        assertEquals("keyfarm: the plan asks of table nation: say --csv nation=FILE, or --tpch SCALE\n", firstLine());
    }

    private String firstLine() {
        return lines(err).lines().findFirst().orElse("") + "\n";
    }

    @Test
    void shouldNameTheParameterThatIsWrong() {
        assertWrong("--param :makes is not set, and is not optional");
        assertWrong("--param is NAME=VALUE, not 'makes'", "--param", "makes");
        assertWrong("--param the query has no parameter :make; it has [:makes, :highest?]", "--param", "make=FORD");
        assertWrong("--param highest: 'much' is no decimal(10,2)", "--param", "makes=FORD", "--param", "highest=much");
        assertWrong(
                "--param highest is one value, not a set, but is given twice",
                "--param",
                "makes=FORD",
                "--param",
                "highest=1",
                "--param",
                "highest=2");
    }

    private void assertWrong(String message, String... more) {
        assertEquals(2, runPlan(plan, more));
        assertEquals("keyfarm: " + message + "\n", firstLine());
        assertEquals("", lines(out));
    }

    @Test
    void shouldNameTheFileThatIsNotThere() {
        assertEquals(2, run("plan", "show", "nowhere.plan"));
        assertEquals("keyfarm: nowhere.plan: there is no such file\n", firstLine());
        assertEquals(2, run("plan", "run", plan, "--csv", "vehicles=nowhere.csv", "--param", "makes=FORD"));
        assertEquals("keyfarm: --csv vehicles: there is no file nowhere.csv to be read\n", firstLine());
        assertEquals(2, run("plan", "show", folder.toString()));
        assertEquals(2, run("plan"));
        assertEquals("keyfarm: show, run or id?\n", firstLine());
        assertEquals(1, runPlan(plan, "--param", "makes=FORD", "--key", "colour"));
        assertFalse(lines(err).contains("\tat "), lines(err));
    }

    @Test
    void shouldRefuseBytesThatAreNoPlanWithoutAStackTrace() throws IOException {
        final Random random = new Random(11);
        final byte[] good = CHEAP.compile().bytes();
        int refused = 0;
        for (int i = 0; i < 300 * Integer.getInteger("keyfarm.test.scale", 1); i++) {
            final byte[] bytes = i % 2 == 0 ? good.clone() : new byte[random.nextInt(300)];
            if (i % 2 == 0) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                random.nextBytes(bytes);
            }
            final int exitCode = run("plan", "show", write("hostile.plan", bytes));
            final int seen = i;
            assertTrue(exitCode == 0 || exitCode == 2, () -> "case " + seen + ": " + err);
            assertFalse(err.toString().contains("\tat "), () -> "case " + seen + ": " + err);
            assertTrue(isFitForATerminal(out.toString()) && isFitForATerminal(err.toString()), () -> "case " + seen);
            refused += exitCode == 2 ? 1 : 0;
        }
        assertTrue(refused > 150, refused + " refused");
        assertEquals(2, run("plan", "show", write("long.plan", new byte[QueryPlan.MAX_BYTES * 3])));
        assertTrue(firstLine().contains("no plan: a plan has at most 1048576 bytes"), this::firstLine);
    }

    private static boolean isFitForATerminal(String text) {
        return text.codePoints().allMatch(c -> c == '\n' || c == '\r' || !Character.isISOControl(c));
    }

    @Test
    void shouldShowNoEscapeSequenceThatSomebodyHidInAPlan() throws IOException {
        final String red =
                write("red.plan", from(VEHICLES).where(VEHICLES.field("make").is("\u001b[31mred")));
        assertEquals(0, run("plan", "show", red));
        assertTrue(lines(out).contains("make is \"\\u001b[31mred\""), lines(out));
        assertEquals(0, runPlan(red, "--explain"), err::toString);
        assertTrue(isFitForATerminal(err.toString()));
    }

    @Test
    void shouldFitItsHelpOntoATerminal() {
        for (final String[] asked : new String[][] {
            {"plan", "--help"}, {"plan", "show", "--help"}, {"plan", "run", "--help"}, {"plan", "id", "--help"}
        }) {
            assertEquals(0, run(asked));
            assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
            assertTrue(out.toString().contains("keyfarm plan"), out::toString);
        }
    }
}

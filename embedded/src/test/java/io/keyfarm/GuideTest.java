package io.keyfarm;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.first;
import static io.keyfarm.query.Aggregates.max;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Children.children;
import static io.keyfarm.query.Expr.caseWhen;
import static io.keyfarm.query.Expr.concat;
import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.NamedQuery;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.QuerySettings;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.ConsoleProgress;
import io.keyfarm.load.Csv;
import io.keyfarm.load.FixedLength;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.load.LoadException;
import io.keyfarm.load.OnError;
import io.keyfarm.load.Tpch;
import io.keyfarm.query.BadQueryException;
import io.keyfarm.query.Children;
import io.keyfarm.query.Condition;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Join;
import io.keyfarm.query.Param;
import io.keyfarm.query.Query;
import io.keyfarm.query.Runs;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The code of README.md and docs/guide.md, with what it prints. {@link DocumentsTest} sees to it that every piece of code
 * and output there stands here, so that none of it can be wrong for long.
 */
final class GuideTest {
    private static final String AIRPORTS = """
            name,city,country,iata,altitude,opened
            Keflavik International Airport,Keflavik,Iceland,KEF,171,1942-11-28
            Akureyri Airport,Akureyri,Iceland,AEY,6,1954-12-01
            Hornafjordur Airport,Hofn,Iceland,HFN,24,\\N
            Oslo Lufthavn,Oslo,Norway,OSL,681,1998-10-08
            "Tromsø Airport, Langnes",Tromso,Norway,TOS,31,1964-09-14
            Røst Airport,Rost,Norway,RET,7,1986-06-01
            "Svalbard Airport, Longyear",Longyearbyen,Norway,LYR,88,1975-09-02
            Helsinki Vantaa Airport,Helsinki,Finland,HEL,179,1952-07-10
            """;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private PrintStream console;

    @BeforeEach
    void writeFilesAndListen() throws Exception {
        Files.writeString(folder.resolve("airports.csv"), AIRPORTS);
        console = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setOut(console);
    }

    private static void loadRoutes(Keyfarm farm) throws IOException {
        farm.load(JavaObjects.ofLists(
                TableSchema.parse("routes: source varchar, target varchar, km int32"),
                List.of(
                        List.of("AEY", "KEF", 252),
                        List.of("KEF", "OSL", 1759),
                        List.of("KEF", "HEL", 1439),
                        List.of("TOS", "OSL", 1114),
                        List.of("OSL", "KEF", 1759),
                        List.of("RET", "SVG", 2022))));
    }

    private static void print(Keyfarm farm, Flow flow) {
        try (Rows rows = farm.query(flow)) {
            while (rows.next()) {
                System.out.println(flow.schema().fields().stream()
                        .map(field -> String.valueOf(rows.get(field.name())))
                        .collect(Collectors.joining("  ")));
            }
        }
    }

    private void assertPrinted(String expected) {
        assertEquals(withoutTrailingBlanks(expected), withoutTrailingBlanks(printed.toString(StandardCharsets.UTF_8)));
    }

    /** Estimates change with the cost model; what they are of does not. */
    private void assertPrintedButForEstimates(String expected) {
        assertEquals(
                withoutEstimates(withoutTrailingBlanks(expected)),
                withoutEstimates(withoutTrailingBlanks(printed.toString(StandardCharsets.UTF_8))));
    }

    private static String withoutEstimates(String text) {
        return text.replaceAll("[0-9,.]+ (rows|seeks|ms)\\b", "# $1").replaceAll(" +", " ");
    }

    private static String withoutTrailingBlanks(String text) {
        return text.lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .strip();
    }

    @Test
    void shouldRunTheQueryOfTheReadme() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table orders = farm.load(Tpch.table("orders", 0.1));
            farm.keys("orders", "o_custkey.o_orderdate", "o_orderdate.o_orderpriority");

            final Query query = from(orders)
                    .where(orders.field("o_custkey").in(37, 148, 370))
                    .where(orders.field("o_orderdate").between("1994-01-01", "1996-12-31"))
                    .where(orders.field("o_orderpriority").is("1-URGENT"))
                    .select("o_orderdate", "o_custkey", "o_totalprice")
                    .orderBy(orders.field("o_totalprice").descending());

            try (Rows rows = farm.query(query)) {
                while (rows.next()) {
                    System.out.println(rows.get("o_orderdate") + "  customer " + rows.get("o_custkey") + "  "
                            + rows.get("o_totalprice"));
                }
            }
            System.out.println(farm.explain(query));
        }
        assertPrintedButForEstimates("""
                1995-04-09  customer 370  222095.86
                1994-07-30  customer 148  145402.27
                1995-06-16  customer 37  132814.65
                1994-01-01  customer 370  102994.02
                1995-01-12  customer 37  82396.16
                1996-03-29  customer 370  13695.84
                from(orders).where(o_custkey in (37, 148, 370)).where(o_orderdate between 1994-01-01 and 1996-12-31).where(o_orderpriority is "1-URGENT").select(o_orderdate, o_custkey, o_totalprice).orderBy(o_totalprice descending)
                confirm   o_orderpriority in [1-URGENT]
                  narrow    orders by o_custkey.o_orderdate      about 23 rows in 3 seeks
                            o_custkey in [37],[148],[370]
                            o_orderdate in [1994-01-01,1996-12-31]
                considered
                  o_custkey.o_orderdate                               3 seeks             23 rows          0.001 ms   taken
                  full scan                                           0 seeks        150,000 rows          0.300 ms
                  o_orderdate.o_orderpriority                         7 seeks         19,922 rows          0.486 ms
                """);
    }

    @Test
    void shouldBeginWithAFile() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            System.out.println(airports);

            final Query low = from(airports)
                    .where(airports.field("country").in("Iceland", "Norway"))
                    .where(airports.field("altitude").lessThan(50))
                    .orderBy(airports.field("altitude").ascending());
            try (Rows rows = farm.query(low)) {
                while (rows.next()) {
                    System.out.println(rows.get("iata") + "  " + rows.get("name") + "  " + rows.get("opened"));
                }
            }
        }
        assertPrinted("""
                airports: name varchar, city varchar, country varchar, iata varchar, altitude int32, opened date null
                AEY  Akureyri Airport  1954-12-01
                RET  Røst Airport  1986-06-01
                HFN  Hornafjordur Airport  null
                TOS  Tromsø Airport, Langnes  1964-09-14
                """);
    }

    @Test
    void shouldSayAllWords() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));

            final FieldRef country = airports.field("country");
            final FieldRef altitude = airports.field("altitude");
            final Condition nordic = country.in("Iceland", "Norway").and(altitude.atMost(100));
            final Condition unknown = airports.field("opened").isNull();

            final Query all = from(airports).where(nordic).where(unknown.not());
            final Query first = all.select("iata", "opened")
                    .orderBy(airports.field("opened").descending())
                    .offset(1)
                    .limit(2);
            System.out.println(first);
            System.out.println(all.count());
            try (Rows rows = farm.query(all.count())) {
                assertTrue(rows.next());
                System.out.println(rows.getLong(0));
            }
        }
        assertPrinted("""
                from(airports).where(country in ("Iceland", "Norway")).where(altitude <= 100).where(not (opened is null)).select(iata, opened).orderBy(opened descending).limit(2).offset(1)
                from(airports).where(country in ("Iceland", "Norway")).where(altitude <= 100).where(not (opened is null)).count()
                4
                """);
    }

    @Test
    void shouldCompute() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            final FieldRef altitude = airports.field("altitude");
            final FieldRef city = airports.field("city");
            final FieldRef opened = airports.field("opened");
            final Condition high = altitude.times(0.3048).round(1).greaterThan(52);
            final Condition old = opened.year().lessThan(1960);
            final Condition misspelled = city.withinEdits("Tromsoe", 1).or(city.soundsLike("Osslow"));

            final Query query = from(airports)
                    .where(high.and(old).or(misspelled))
                    .select("iata")
                    .orderBy(altitude.ascending());
            System.out.println(query);
            try (Rows rows = farm.query(query)) {
                while (rows.next()) {
                    System.out.println(rows.get("iata"));
                }
            }
        }
        assertPrinted("""
                from(airports).where((round(altitude * 0.3048, 1) > 52 and year(opened) < 1960) or city within 1 edit of "Tromsoe" or city sounds like "Osslow").select(iata).orderBy(altitude)
                TOS
                KEF
                HEL
                OSL
                """);
    }

    @Test
    void shouldTakeSeveralSteps() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            farm.load(Csv.of(folder.resolve("airports.csv")));
            loadRoutes(farm);
            final Table airports = farm.table("airports");
            final Table routes = farm.table("routes");
            final FieldRef country = airports.field("country");

            final Flow busy = from(airports)
                    .where(airports.field("altitude").lessThan(500))
                    .join(inner(routes).on(routes.field("source").is(airports.field("iata"))))
                    .groupBy(country)
                    .aggregate(count().as("departures"), max(routes.field("km")).as("farthest"))
                    .where(it -> it.field("departures").greaterThan(1))
                    .orderBy(country.ascending());
            try (Rows rows = farm.query(busy)) {
                while (rows.next()) {
                    System.out.println(
                            rows.get("country") + "  " + rows.get("departures") + "  " + rows.get("farthest"));
                }
            }
        }
        assertPrinted("""
                Iceland  3  1759
                Norway  2  2022
                """);
    }

    @Test
    void shouldCarryValuesFromRowToRow() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            final FieldRef country = airports.field("country");
            final FieldRef opened = airports.field("opened");
            final FieldRef iata = airports.field("iata");

            final Runs byCountry = from(airports)
                    .where(opened.isNotNull())
                    .orderBy(country.ascending(), opened.ascending())
                    .runsOf(country);
            final Flow numbered = byCountry.iterate(
                    running("number", 0, before -> before.field("number").plus(1)),
                    running(
                            "days",
                            FieldType.INT64,
                            before -> before.field(opened).daysUntil(opened)));
            final Flow lines =
                    byCountry.rollup(running("codes", iata, before -> concat(before.field("codes"), " ", iata)));
            print(farm, numbered.select("country", "iata", "number", "days"));
            print(farm, lines.select("country", "codes"));
        }
        assertPrinted("""
                Finland  HEL  1  null
                Iceland  KEF  1  null
                Iceland  AEY  2  4386
                Norway  TOS  1  null
                Norway  LYR  2  4005
                Norway  RET  3  3925
                Norway  OSL  4  4512
                Finland  HEL
                Iceland  KEF AEY
                Norway  TOS LYR RET OSL
                """);
    }

    @Test
    void shouldTellOfChildren() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            loadRoutes(farm);
            final Table routes = farm.table("routes");
            final FieldRef iata = airports.field("iata");
            final FieldRef km = routes.field("km");
            final FieldRef target = routes.field("target");
            final Children departures =
                    children(routes).on(routes.field("source").is(iata)).orderBy(km.descending());
            final Flow farthest = from(airports)
                    .denormalize(departures
                            .limit(2)
                            .aggregate(count().as("routes"), first(target).as("to"), sum(km).as("km")))
                    .select("iata", "routes", "to", "km");
            final Flow texts = from(airports)
                    .denormalize(departures.fold(
                            running("line", iata, before -> concat(before.field("line"), " > ", target))))
                    .where(it -> it.field("line").length().greaterThan(3))
                    .select("line");
            print(farm, farthest);
            print(farm, texts);
        }
        assertPrinted("""
                KEF  2  OSL  3198
                AEY  1  KEF  252
                HFN  0  null  null
                OSL  1  KEF  1759
                TOS  1  OSL  1114
                RET  1  SVG  2022
                LYR  0  null  null
                HEL  0  null  null
                KEF > OSL > HEL
                AEY > KEF
                OSL > KEF
                TOS > OSL
                RET > SVG
                """);
    }

    @Test
    void shouldJoinManyInputs() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final List<List<Object>> rows = new ArrayList<>();
            final String[] texts = {
                "the quick brown fox", "a lazy dog", "a quick fox and a lazy dog", "the brown dog", "fox dog lazy fox"
            };
            for (int doc = 0; doc < texts.length; doc++) {
                final String[] said = texts[doc].split(" ", -1);
                for (int place = 0; place < said.length; place++) {
                    rows.add(List.of(said[place], doc + 1, place));
                }
            }
            final Table words = farm.load(
                    JavaObjects.ofLists(TableSchema.parse("words: word varchar, doc int32, place int32"), rows));
            farm.keys("words", "word.doc");
            final FieldRef word = words.field("word");
            final Query[] asked = Stream.of("quick", "brown", "fox", "lazy", "dog")
                    .map(each -> from(words).where(word.is(each)))
                    .toArray(Query[]::new);
            final Flow found =
                    Join.all(asked).atLeast(3).once().counted("words").by("doc");
            final Table first = words.as("first");
            final Table second = words.as("second");
            final Flow phrase = Join.all(
                            from(first).where(first.field("word").is("lazy")),
                            from(second).where(second.field("word").is("dog")))
                    .by("doc")
                    .where(second.field("place").is(first.field("place").plus(1)))
                    .select("doc");
            print(farm, found);
            print(farm, phrase);
        }
        assertPrinted("""
                1  3
                3  4
                5  3
                2
                3
                """);
    }

    @Test
    void shouldMakeRowsOfRows() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            loadRoutes(farm);
            final Table routes = farm.table("routes");
            final Flow ends = from(routes)
                    .normalize(2, "end")
                    .select(it -> List.of(
                            caseWhen(it.field("end").is(1), routes.field("source"))
                                    .otherwise(routes.field("target"))
                                    .as("iata"),
                            routes.field("km").column()));
            print(
                    farm,
                    ends.groupBy(ends.field("iata"))
                            .aggregate(count())
                            .orderBy(ends.field("iata").ascending()));
        }
        assertPrinted("""
                AEY  1
                HEL  1
                KEF  4
                OSL  3
                RET  1
                SVG  1
                TOS  1
                """);
    }

    @Test
    void shouldTakeParameters() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            final Query query = from(airports)
                    .where(airports.field("country").in(param("countries")))
                    .where(airports.field("altitude").atMost(param("highest").optional()))
                    .select("iata");

            try (Session session = farm.session();
                    PreparedQuery search = session.prepare(query)) {
                search.set("countries", List.of("Iceland", "Finland"));
                System.out.println(search.run().drain() + " without a height");

                search.set("highest", 100);
                System.out.println(search.run().drain() + " up to 100 feet");

                search.clear();
                search.set("countries", List.of());
                System.out.println(search.run().drain() + " in no country");
            }
        }
        assertPrinted("""
                4 without a height
                2 up to 100 feet
                0 in no country
                """);
    }

    @Test
    void shouldKnowAnAbsentParameter() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            final Param unknownToo = param("unknownToo", FieldType.BOOL);
            final Query query = from(airports)
                    .where(airports.field("opened")
                            .isNotNull()
                            .or(unknownToo.isAbsent().not()));
            try (Session session = farm.session();
                    PreparedQuery prepared = session.prepare(query)) {
                assertEquals(7, prepared.run().drain());
                assertEquals(8, prepared.set("unknownToo", true).run().drain());
            }
        }
    }

    @Test
    void shouldRunManyBindings() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            try (Session session = farm.session();
                    PreparedQuery query = session.prepare(
                            from(airports).where(airports.field("iata").is(param("iata"))))) {
                final List<String> wanted = List.of("HEL", "OSL", "XXX");
                final long found = query.executeAll(
                        wanted.size(),
                        (place, parameters) -> parameters.set("iata", wanted.get(place)),
                        (place, rows) -> {
                            while (rows.next()) {
                                System.out.println(wanted.get(place) + " is in " + rows.get("city"));
                            }
                        });
                System.out.println(found + " found");
            }
        }
        assertPrinted("""
                HEL is in Helsinki
                OSL is in Oslo
                2 found
                """);
    }

    @Test
    void shouldReadOnManyThreads() throws Exception {
        final ExecutorService pool = Executors.newFixedThreadPool(2);
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            final Query query = from(airports)
                    .where(airports.field("country").is(param("country")))
                    .count();
            final Future<Long> norway = pool.submit(() -> {
                try (Session session = farm.session();
                        PreparedQuery prepared = session.prepare(query)) {
                    return prepared.set("country", "Norway").count();
                }
            });
            assertEquals(4, norway.get());
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void shouldRunWhatANameMeans() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            final Query low = from(airports)
                    .where(airports.field("country").is(param("country")))
                    .where(airports.field("altitude").atMost(100))
                    .select("iata");
            Files.write(folder.resolve("low.plan"), low.compile().bytes());
            final PlanId first = farm.submit(Files.readAllBytes(folder.resolve("low.plan")));
            farm.alias(
                    "low-airports", first, QuerySettings.none().maxRows(1_000).timeout(Duration.ofSeconds(2)));
            try (Session session = farm.session();
                    NamedQuery search = session.prepare("low-airports")) {
                System.out.println(search.set("country", "Norway").run().drain() + " in Norway");

                final Query lower = low.where(airports.field("altitude").atMost(20));
                farm.alias("low-airports", farm.submit(lower.compile().bytes()), QuerySettings.none());
                System.out.println(search.run().drain() + " after the name was repointed");

                farm.rollback("low-airports");
                System.out.println(search.run().drain() + " after it was rolled back");
            }
            System.out.println(farm.plans().counts("low-airports").runs() + " runs");
        }
        assertPrinted("""
                3 in Norway
                1 after the name was repointed
                3 after it was rolled back
                3 runs
                """);
    }

    @Test
    void shouldReplaceATable() throws Exception {
        Files.writeString(folder.resolve("newer.csv"), """
                name,city,country,iata,altitude,opened
                Egilsstadir Airport,Egilsstadir,Iceland,EGS,76,1951-01-01
                """);
        try (Keyfarm farm = Keyfarm.embedded()) {
            farm.load(Csv.of(folder.resolve("airports.csv")));
            farm.keys("airports", "country.altitude");
            farm.replace(Csv.of(folder.resolve("newer.csv")).table("airports"));
            assertEquals(1, farm.keyCount());
            assertEquals(1, farm.rowCount());
        }
    }

    @Test
    void shouldAppendRows() throws Exception {
        Files.writeString(folder.resolve("newer.csv"), """
                name,city,country,iata,altitude,opened
                Egilsstadir Airport,Egilsstadir,Iceland,EGS,76,1951-01-01
                """);
        try (Keyfarm farm = Keyfarm.embedded()) {
            farm.load(Csv.of(folder.resolve("airports.csv")));
            farm.keys("airports", "country.altitude");
            farm.append("airports", Csv.of(folder.resolve("newer.csv")));
            assertEquals(1, farm.keyCount());
            assertEquals(9, farm.rowCount());
        }
    }

    @Test
    void shouldComeBack() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(folder.resolve("data"))) {
            farm.load(Csv.of(folder.resolve("airports.csv")));
            farm.keys("airports", "country.altitude");
        }
        try (Keyfarm farm = Keyfarm.embedded(
                folder.resolve("data"), EmbeddedSettings.defaults().slaves(2))) {
            System.out.println(farm.tables() + " with " + farm.rowCount() + " rows and " + farm.keyCount() + " key");
        }
        assertPrinted("""
                [airports: name varchar, city varchar, country varchar, iata varchar, altitude int32, opened date null] with 8 rows and 1 key
                """);
    }

    @Test
    void shouldExplain() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table items = farm.load(Tpch.table("lineitem", 0.01));
            farm.keys("lineitem", "l_shipdate.l_shipmode", "l_partkey");

            try (Session session = farm.session();
                    PreparedQuery query = session.prepare(from(items)
                            .where(items.field("l_shipdate").between(param("from"), param("to")))
                            .where(items.field("l_shipmode").in("AIR", "RAIL"))
                            .where(items.field("l_quantity").lessThan(10))
                            .select("l_orderkey"))) {
                query.set("from", "1994-06-06").set("to", "1994-06-12");
                System.out.println(query.explain());
                final long rows = query.run().drain();
                assertEquals(rows, query.report().rowsOut());
                assertEquals("l_shipdate.l_shipmode", query.report().path());
            }
            assertTrue(farm.dropKey("lineitem", "l_partkey"));
            final Query latest = from(items)
                    .where(items.field("l_partkey").is(157))
                    .orderBy(items.field("l_shipdate").descending())
                    .limit(10);
            farm.keys("lineitem", "l_partkey.l_shipdate");
            try (Session session = farm.session()) {
                assertEquals(10, session.prepare(latest).run().drain());
            }
        }
        assertPrintedButForEstimates("""
                from(lineitem).where(l_shipdate between :from and :to).where(l_shipmode in ("AIR", "RAIL")).where(l_quantity < 10.00).select(l_orderkey)
                confirm   l_quantity in (,9.99]
                  narrow    lineitem by l_shipdate.l_shipmode      about 83 rows in 1 seeks
                            l_shipdate in [1994-06-06,1994-06-12]
                            l_shipmode in [AIR],[RAIL]
                considered
                  l_shipdate.l_shipmode                               1 seeks             83 rows          0.002 ms   taken
                  full scan                                           0 seeks         60,175 rows          0.120 ms
                  l_partkey                                           1 seeks         60,175 rows          0.722 ms
                """);
    }

    @Test
    void shouldGrowKeys() throws Exception {
        final GrowthSettings byHand =
                GrowthSettings.defaults().byHand(); // so that this page prints the same every time
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(byHand))) {
            final Table orders = farm.load(Tpch.table("orders", 0.1));
            final Query ofCustomer =
                    from(orders).where(orders.field("o_custkey").is(param("customer")));
            try (Session session = farm.session();
                    PreparedQuery query = session.prepare(ofCustomer)) {
                for (int customer = 1; customer <= 100; customer++) {
                    query.set("customer", customer).run().drain();
                    farm.growth().turn();
                }
            }
            for (final KeyInForce key : farm.growth().report().table("orders").keys()) {
                System.out.println(key.name() + ": " + key.why());
            }
        }
        assertPrinted("""
                o_custkey hot: serves 1 query with 100 % of the weight, above all 'orders: o_custkey', which costs 360 ns instead of 300 µs; without it all would cost 834 times as much
                """);
    }

    @Test
    void shouldHaveASayInWhatGrows() throws Exception {
        final GrowthSettings byHand = GrowthSettings.defaults().byHand();
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(byHand))) {
            farm.load(Tpch.table("orders", 0.01));
            farm.growth().budgetBytes(500_000_000);
            farm.growth().maxKeys("orders", 3);
            farm.growth().pin("orders", "o_orderdate hot");
            farm.growth().forbid("orders", "o_comment");
            farm.growth().mode(GrowthMode.OFF);
            farm.growth().now();
            assertEquals(List.of("o_orderdate hot"), farm.keysOf("orders"));
        }
    }

    @Test
    void shouldBringBitmapsTogether() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table items = farm.load(Tpch.table("lineitem", 0.01));
            farm.keys("lineitem", "l_shipdate.l_shipmode");
            farm.bitmapKeys("lineitem", "l_shipmode", "l_returnflag", "l_quantity");
            System.out.println(farm.explain(from(items)
                    .where(items.field("l_shipmode").in("AIR", "RAIL"))
                    .where(items.field("l_returnflag").isNot("N"))
                    .where(items.field("l_quantity").lessThan(5))
                    .select("l_orderkey")));
            System.out.println(farm.keysOf("lineitem"));
            assertTrue(farm.dropBitmapKey("lineitem", "l_quantity"));
        }
        assertPrintedButForEstimates("""
                from(lineitem).where(l_shipmode in ("AIR", "RAIL")).where(l_returnflag is not "N").where(l_quantity < 5.00).select(l_orderkey)
                narrow    lineitem by bitmaps of l_quantity & l_shipmode & l_returnflag      about 673 rows in 10 seeks
                          l_quantity in (,4.99]
                          l_returnflag in (,M],[O,)
                          l_shipmode in [AIR],[RAIL]
                considered
                  bitmaps of l_quantity & l_shipmode & l_returnflag           10 seeks            673 rows          0.014 ms   taken
                  full scan                                           0 seeks         60,175 rows          0.120 ms
                  l_shipdate.l_shipmode                               2 seeks         17,864 rows          0.498 ms

                [l_shipdate.l_shipmode hot, l_shipmode bitmap, l_returnflag bitmap, l_quantity bitmap]
                """);
    }

    @Test
    void shouldCountByAColumnCopy() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table items = farm.load(Tpch.table("lineitem", 0.01));
            farm.columnCopies("lineitem", "l_extendedprice", "l_comment");
            try (Session session = farm.session();
                    PreparedQuery dear = session.prepare(from(items)
                            .where(items.field("l_extendedprice").atLeast(90_000))
                            .count())) {
                System.out.println(dear.count() + " rows, " + dear.report().rowsExamined() + " examined");
                System.out.println(dear.report().path());
            }
            System.out.println(farm.keysOf("lineitem"));
            assertTrue(farm.dropColumnCopy("lineitem", "l_comment"));
        }
        assertPrinted("""
                216 rows, 0 examined
                column of l_extendedprice
                [l_extendedprice column, l_comment column]
                """);
    }

    @Test
    void shouldAskOneSlaveByARoutedKey() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().slaves(4))) {
            final Table customers = farm.load(Tpch.table("customer", 0.01));
            final Table orders = farm.load(Tpch.table("orders", 0.01));
            farm.routedKey("orders", "o_custkey", "o_totalprice");
            final Flow spent = from(customers)
                    .where(customers.field("c_custkey").lessThan(100))
                    .join(inner(orders).on(orders.field("o_custkey").is(customers.field("c_custkey"))))
                    .select("c_name", "o_totalprice");
            try (Session session = farm.session();
                    PreparedFlow prepared = session.prepare(spent)) {
                System.out.println(prepared.run().drain() + " orders");
                System.out.println(prepared.reports().get(1).asked() + " lookups of 99 customers");
            }
            System.out.println(farm.keysOf("orders"));
            assertTrue(farm.dropRoutedKey("orders", "o_custkey"));
        }
        assertPrinted("""
                1002 orders
                99 lookups of 99 customers
                [o_custkey routed with o_totalprice]
                """);
    }

    @Test
    void shouldLoadCsvOfManyKinds() throws Exception {
        Files.writeString(folder.resolve("routes.dat"), """
                2B|410|AER||0
                2B|410|ASF|-|x
                """);
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Csv routes = Csv.of(folder.resolve("routes.dat"))
                    .header(false)
                    .delimiter('|')
                    .names("airline", "airline_id", "source", "codeshare", "stops")
                    .nulls("", "-")
                    .type("stops", "uint8 null")
                    .onError(OnError.NULL);
            final Table table = farm.load(routes, new ConsoleProgress(System.err, SystemNanoClock.INSTANCE, false));
            System.out.println(table);
        }
        assertPrinted("""
                routes: airline varchar, airline_id int32, source varchar, codeshare varchar null, stops uint8 null
                """);
    }

    @Test
    void shouldLoadFixedLengthRecords() throws Exception {
        final ByteBuffer record = ByteBuffer.allocate(15).order(ByteOrder.BIG_ENDIAN);
        record.putInt(4711).put("FL".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
        record.putLong(1_999_50);
        Files.write(folder.resolve("vehicles.dat"), record.array());
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table vehicles = farm.load(FixedLength.of(folder.resolve("vehicles.dat"), """
                    endian be
                    id      int32
                    state   char(2)
                    sold    bool
                    price   decimal(10,2)
                    """));
            try (Rows rows = farm.query(from(vehicles))) {
                assertTrue(rows.next());
                System.out.println(rows.get("id") + " " + rows.get("state") + " " + rows.get("price"));
            }
        }
        assertPrinted("4711 FL 1999.50");
    }

    record Vehicle(long id, String state, BigDecimal price, LocalDate built) {}

    @Test
    void shouldLoadJavaObjects() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final List<Vehicle> vehicles = List.of(
                    new Vehicle(1, "FL", new BigDecimal("1999.50"), LocalDate.of(1990, 5, 1)),
                    new Vehicle(2, "GA", new BigDecimal("250"), LocalDate.of(1987, 2, 9)));
            final Table table = farm.load(JavaObjects.of(Vehicle.class, vehicles)
                    .table("vehicles")
                    .type("state", "char(2)")
                    .type("price", "decimal(12,2)"));

            final Table people = farm.load(JavaObjects.ofLists(
                    TableSchema.parse("people: id int32, name varchar null"),
                    List.of(List.of(1, "Sue"), List.of(2, "Joe"))));
            System.out.println(table);
            System.out.println(people);
        }
        assertPrinted("""
                vehicles: id int64, state char(2), price decimal(12,2), built date null
                people: id int32, name varchar null
                """);
    }

    @Test
    void shouldKeepLimits() throws Exception {
        final EmbeddedSettings settings = EmbeddedSettings.defaults()
                .memoryLimitBytes(2L << 30)
                .queryMemoryBytes(64 << 20)
                .timeout(Duration.ofSeconds(5));
        try (Keyfarm farm = Keyfarm.embedded(settings)) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            try (Session session = farm.session();
                    PreparedQuery query = session.prepare(from(airports))) {
                query.timeout(Duration.ofMillis(200));
                assertEquals(8, query.run().drain());
            }
        }
    }

    @Test
    void shouldAnswerErrorsByTheirCode() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            // Enough rows for the deadline to be looked at.
            final Table orders = farm.load(Tpch.table("orders", 0.02));
            try (Session session = farm.session();
                    PreparedQuery query = session.prepare(
                            from(orders).where(orders.field("o_comment").contains("never there")))) {
                query.timeout(Duration.ofNanos(1));
                try {
                    query.run().drain();
                } catch (QueryException e) {
                    if (e.code() == FailureCode.DEADLINE_PASSED) {
                        System.out.println("too late");
                    }
                }
            }
        }
        assertPrinted("too late");
    }

    @Test
    void shouldNameWhatIsWrong() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Table airports = farm.load(Csv.of(folder.resolve("airports.csv")));
            print(assertThrows(BadValueException.class, () -> airports.field("cuntry")));
            print(assertThrows(
                    BadQueryException.class, () -> airports.field("altitude").startsWith("1")));
            print(assertThrows(
                    BadQueryException.class, () -> airports.field("city").is(missing())));
            Files.writeString(folder.resolve("bad.csv"), "id,height\n1,12\n2,tall\n");
            print(assertThrows(
                    LoadException.class,
                    () -> farm.load(Csv.of(folder.resolve("bad.csv")).type("height", "int32"))));
        }
        try (Keyfarm small = Keyfarm.embedded(EmbeddedSettings.defaults().memoryLimitBytes(100_000))) {
            print(assertThrows(MemoryLimitException.class, () -> small.load(Tpch.table("part", 0.01))));
        }
        assertPrinted("""
                airports has no field cuntry; it has name, city, country, iata, altitude, opened
                altitude is int32, not text, so it is not asked what it starts with
                city is null finds nothing; null is found by isNull()
                bad.csv:3: column 'height' (field 2): 'tall' is no int32
                table part needs 344,000 bytes, but the memory of this Keyfarm has 100,000 of its 100,000 left: raise the limit or load less
                """);
    }

    /** As a caller without @Nullable may hand it over. */
    @SuppressWarnings("NullAway")
    private static Object missing() {
        return null;
    }

    private void print(Exception e) {
        System.out.println(Objects.requireNonNull(e.getMessage()).replace(folder + "/", ""));
    }
}

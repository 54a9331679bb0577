package io.keyfarm.bench;

import io.keyfarm.bench.WorkRace.Growth;
import io.keyfarm.key.advice.CostModel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keyfarm bench adaptivity}. */
@Command(
        name = "adaptivity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "How good the keys are that are chosen, for a workload and for a query, and when they are built: each over the best"
                    + " there is, and beside rules of thumb. Counted work, executed; a seed replays it. Ends within five"
                    + " minutes on a quiet machine.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm bench adaptivity",
            "  keyfarm bench adaptivity --part choice --workloads 1 --seed 17",
            "  keyfarm bench adaptivity --full --json adaptivity.json",
            "",
            "Exit code 1 only if an answer differs from the full scan's."
        })
final class AdaptivityCommand implements Callable<Integer> {
    private static final int MAX_WORKLOADS = 100_000;
    private static final int MATCH_ROWS = 1_000_000;
    private static final int WORK_ROWS = 4_000_000;
    private static final int INTERFERENCE_SECONDS = 20;

    /** What there is to measure. */
    private enum Part {
        ALL,
        CHOICE,
        MATCH,
        SKIP,
        WORK,
        SHIFT,
        FLAP,
        INTERFERENCE
    }

    @Mixin
    private SeedOptions options = new SeedOptions();

    @Option(
            names = "--part",
            paramLabel = "PART",
            defaultValue = "all",
            description = {
                "Default: ${DEFAULT-VALUE}. Or one of",
                "choice: keys for seeded workloads;",
                "match: the key for a query;",
                "skip: what knowing of skips saves;",
                "work: traces of queries, builds included;",
                "shift: how soon all is well again;",
                "flap: two workloads by turns;",
                "interference: queries while a key is built."
            })
    private Part part = Part.ALL;

    @Option(
            names = "--workloads",
            paramLabel = "N",
            defaultValue = "40",
            description = "Seeded workloads to choose keys for, the first of --seed (default: ${DEFAULT-VALUE}).")
    private int workloads;

    @Option(
            names = "--full",
            description =
                    "Matches and shifts over 4 million rows, too; a longer search for the best keys. With --workloads 200 this is the long form.")
    private boolean isFull;

    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    private final CostModel costs = CostModel.typical();
    private final Growth growth = GrownKeys::open;

    @Override
    public Integer call() throws IOException {
        if (workloads < 1 || workloads > MAX_WORKLOADS) {
            throw new ParameterException(
                    spec.commandLine(), "--workloads is 1 to %,d, not %,d".formatted(MAX_WORKLOADS, workloads));
        }
        // The engine goes by the costs that work is counted by.
        System.setProperty("keyfarm.calibrate", "false");
        final Report report = options.begin("adaptivity");
        options.out().printf("%s%n%n", costs);
        if (has(Part.CHOICE)) {
            choice(report);
        }
        if (has(Part.MATCH)) {
            match(report);
        }
        if (has(Part.SKIP)) {
            final SkipBytes skip = new SkipBytes(options.seed(), costs);
            skip.run();
            skip.addTo(report, options.out());
        }
        if (has(Part.WORK)) {
            work(report, List.of("steady", "shift", "flap", "drift"));
        } else if (part == Part.FLAP) {
            work(report, List.of("flap"));
        }
        if (has(Part.SHIFT)) {
            shift(report);
        }
        if (has(Part.INTERFERENCE)) {
            InterferenceRace.run(WORK_ROWS, options.seed(), INTERFERENCE_SECONDS, options.out())
                    .forEach(report::add);
        }
        options.end(report);
        return 0;
    }

    private boolean has(Part one) {
        return part == Part.ALL || part == one;
    }

    private void choice(Report report) throws IOException {
        final ChoiceGap choice = new ChoiceGap(options.seed(), workloads, costs, isFull);
        choice.run();
        choice.addTo(report, options.out());
    }

    private void match(Report report) throws IOException {
        try (MatchRace match = new MatchRace(isFull ? WORK_ROWS : MATCH_ROWS, options.seed(), costs)) {
            match.run();
            match.addTo(report, options.out());
        }
    }

    private void work(Report report, List<String> traces) throws IOException {
        try (AskPool pool = new AskPool(WORK_ROWS, Traces.WORKLOADS, options.seed(), costs)) {
            new WorkRace(pool, options.seed(), options.out()).run(report, growth, traces);
        }
    }

    private void shift(Report report) throws IOException {
        final int rows = isFull ? WORK_ROWS : MATCH_ROWS;
        try (AskPool pool = new AskPool(rows, 1 + ShiftRace.SHIFTS, options.seed(), costs)) {
            final ShiftRace shift = new ShiftRace(pool, options.seed());
            shift.run(growth, options.out());
            shift.addTo(report);
        }
    }
}

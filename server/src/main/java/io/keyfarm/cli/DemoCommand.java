package io.keyfarm.cli;

import com.sun.management.OperatingSystemMXBean;
import io.keyfarm.EmbeddedSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.load.ConsoleProgress;
import io.keyfarm.load.LoadProgress;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keyfarm demo}. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Loads TPC-H rows, asks 24 compiled queries by full scan and then again and again, until keys have grown for"
                    + " them, and compares their answers and times.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm demo",
            "  keyfarm demo --scale 1 --slaves 2",
            "",
            "Exit code 1 if any answer differs from the full scan's."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MAX_SCALE = 100;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            defaultValue = "0.1",
            description = "TPC-H scale factor; 1 is six million line items (default: ${DEFAULT-VALUE}).")
    private double scale;

    @Option(
            names = "--slaves",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Cut the tables into so many parts, each with a slave of its own (default: ${DEFAULT-VALUE}).")
    private int slaves;

    @Option(names = "--quiet", description = "No progress while loading.")
    private boolean quiet;

    @Mixin
    @SuppressWarnings("unused")
    private HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    /** The launcher knows whether standard error is a terminal; Java alone cannot say. */
    private static LoadProgress progress() {
        return new ConsoleProgress(System.err, SystemNanoClock.INSTANCE, Boolean.getBoolean("keyfarm.terminal"));
    }

    @Override
    public Integer call() throws Exception {
        if (!(scale > 0 && scale <= MAX_SCALE)) {
            throw new ParameterException(
                    spec.commandLine(), "--scale is above 0 and at most " + MAX_SCALE + ", not " + scale);
        }
        if (slaves < 1 || slaves > EmbeddedSettings.MAX_SLAVES) {
            throw new ParameterException(
                    spec.commandLine(), "--slaves is 1 to " + EmbeddedSettings.MAX_SLAVES + ", not " + slaves);
        }
        requireRoom(memoryBytes());
        final PrintWriter out = spec.commandLine().getOut();
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().slaves(slaves))) {
            final Demo demo = new Demo(farm, out, System::nanoTime);
            demo.load(scale, quiet ? LoadProgress.NONE : progress());
            demo.scan();
            demo.grow();
            return exitCode(demo.compare());
        }
    }

    /** Refuses now what would end in swapping, or by the kernel's hand, minutes later. */
    void requireRoom(long machineBytes) {
        final long neededBytes = Demo.estimatedBytes(scale);
        if (neededBytes > machineBytes) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.format(
                            Locale.ROOT,
                            "--scale %s needs about %,d MB, but this machine has %,d MB",
                            scale,
                            neededBytes >> 20,
                            machineBytes >> 20));
        }
    }

    private static long memoryBytes() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    static int exitCode(int differences) {
        return differences == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}

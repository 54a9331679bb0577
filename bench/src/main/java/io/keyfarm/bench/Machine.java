package io.keyfarm.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a benchmark ran, in one line. */
final class Machine {
    private static final Pattern MODEL = Pattern.compile("model name\\s*:\\s*(.+)");

    private Machine() {}

    static String describe() {
        return "%s, %d cores, JDK %s (%s), load %.1f"
                .formatted(
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"),
                        System.getProperty("java.vendor"),
                        loadAverage());
    }

    /** Of the last minute; above the number of cores the machine is busy with other things too. */
    static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String processor() {
        try {
            for (final String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                final Matcher matcher = MODEL.matcher(line);
                if (matcher.matches()) {
                    return matcher.group(1).strip();
                }
            }
        } catch (IOException e) {
            // Not a Linux machine.
        }
        return String.join(" ", List.of(System.getProperty("os.name"), System.getProperty("os.arch")));
    }
}

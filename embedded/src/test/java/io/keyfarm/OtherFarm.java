package io.keyfarm;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Keyfarm in a JVM of its own. */
final class OtherFarm {
    private OtherFarm() {}

    /** The command line that runs {@code main} with these words. */
    static List<String> command(String... words) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(word -> word.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-ea", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(OtherFarm.class.getName());
        command.addAll(List.of(words));
        return command;
    }

    /** Loads a table into the directory, replaces it, says so, and waits to be killed. */
    public static void main(String[] words) throws IOException {
        final Keyfarm farm = Keyfarm.embedded(
                Path.of(words[0]),
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(2));
        farm.load(new Numbers("numbers", Integer.parseInt(words[1]), 1));
        farm.keys("numbers", "bucket.id", "name");
        farm.replace(new Numbers("numbers", Integer.parseInt(words[1]), 2));
        System.out.println("replaced");
        System.out.flush();
        while (System.in.read() >= 0) {}
    }
}

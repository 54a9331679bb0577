package io.keyfarm.wire.aeron;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A node in a JVM of its own, until that is killed or its input ends. */
final class OtherNode {
    private OtherNode() {}

    static Process start(Path base, String endpoint) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(word -> word.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OtherNode.class.getName()));
        command.addAll(List.of(base.toString(), endpoint));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Says where its driver's directory is, and waits. */
    public static void main(String[] words) throws IOException {
        try (AeronNode node =
                AeronNode.open(AeronSettings.of(words[1], Rigs.CLUSTER).withDirectoriesUnder(Path.of(words[0])))) {
            node.inbox(FrameStream.QUERIES, TwoNodes.waysBy(node.link(words[1], FrameStream.QUERIES)));
            System.out.println(node.directory());
            if (System.in.read() >= 0) {
                throw new IllegalStateException("nothing is to be said to it");
            }
        }
    }
}

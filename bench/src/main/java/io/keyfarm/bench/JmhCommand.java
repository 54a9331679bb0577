package io.keyfarm.bench;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keyfarm bench jmh}: forks take this JVM's own flags and class path. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Runs the JMH benchmarks whose names match; each class is named for its question.", ""},
        footer = {
            "",
            "Examples:",
            "  keyfarm bench jmh --list",
            "  keyfarm bench jmh HowFastIsAKeySought",
            "  keyfarm bench jmh --quick 'WhatDoes.*'"
        })
final class JmhCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "REGEX",
            defaultValue = "io.keyfarm.bench",
            description = "Which benchmarks (default: all).")
    private String regex = "";

    @Option(names = "--list", description = "Only say which there are.")
    private boolean list;

    @Option(names = "--quick", description = "One fork, few short rounds: to see that it runs.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        final ChainedOptionsBuilder options = new OptionsBuilder().include(regex);
        if (quick) {
            options.forks(1)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(500))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(500));
        }
        final Runner runner = new Runner(options.build());
        if (list) {
            runner.list();
        } else {
            runner.run();
        }
        return 0;
    }
}

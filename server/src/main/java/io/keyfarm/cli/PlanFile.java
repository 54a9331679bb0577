package io.keyfarm.cli;

import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.QueryPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads a plan file, which may be anything. */
final class PlanFile {
    private PlanFile() {}

    /** @throws ParameterException naming the file and what is wrong with it */
    static QueryPlan read(CommandSpec spec, Path file) {
        return read(spec, file, QueryPlan::decode);
    }

    /** A plan of one step or of several, made by whoever knows what to do with each. */
    static <T> T read(CommandSpec spec, Path file, Function<QueryPlan, T> ofOne, Function<FlowPlan, T> ofSeveral) {
        return read(
                spec,
                file,
                bytes -> FlowPlan.isFlow(bytes)
                        ? ofSeveral.apply(FlowPlan.decode(bytes))
                        : ofOne.apply(QueryPlan.decode(bytes)));
    }

    private static <T> T read(CommandSpec spec, Path file, Function<byte[], T> decode) {
        try (InputStream in = Files.newInputStream(file)) {
            // Whatever a file's length is said to be, no more is read than a plan can have.
            return decode.apply(in.readNBytes(QueryPlan.MAX_BYTES + 1));
        } catch (NoSuchFileException e) {
            throw refused(spec, file, "there is no such file");
        } catch (BadPlanException e) {
            throw refused(spec, file, "no plan: " + Printable.of(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw refused(spec, file, "cannot be read: " + e.getMessage());
        }
    }

    private static ParameterException refused(CommandSpec spec, Path file, String why) {
        return new ParameterException(spec.commandLine(), file + ": " + why);
    }
}

package io.keyfarm.query.plan;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.keyfarm.query.proto.PlanMessage;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;

/**
 * A first walk over plan bytes that builds nothing: it refuses fields that nobody knows and more messages than a plan may
 * have, before objects are made of them. A message of no bytes takes two in the plan and a hundred as an object.
 */
final class PlanScan {
    /** Plan, step, join, expressions, field of an input, field, type. */
    private static final int MAX_DEPTH = 7;

    private static final int MAX_OUTPUT = TableSchema.MAX_FIELDS;
    /** Within one another or not. */
    private static final int MAX_MESSAGES = 4 * PlanCheck.MAX_NODES;

    private PlanScan() {}

    static void requireKnown(byte[] bytes) throws IOException {
        scan(bytes, PlanMessage.getDescriptor());
    }

    /** Of another message than a plan's, whose own fields are counted by whoever takes it. */
    static void requireKnown(byte[] bytes, Descriptor message) throws InvalidProtocolBufferException {
        try {
            scan(bytes, message);
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("reading from an array", e);
        }
    }

    private static void scan(byte[] bytes, Descriptor message) throws IOException {
        final CodedInputStream in = CodedInputStream.newInstance(bytes);
        final Descriptor[] within = new Descriptor[MAX_DEPTH];
        final int[] limits = new int[MAX_DEPTH];
        final int[] counts = new int[PlanMessage.STEPS_FIELD_NUMBER + 1];
        int depth = 0;
        int messages = 0;
        within[0] = message;
        final boolean isPlan = message == PlanMessage.getDescriptor();
        while (true) {
            if (in.isAtEnd()) {
                if (depth == 0) {
                    return;
                }
                in.popLimit(limits[depth--]);
                continue;
            }
            final int tag = in.readTag();
            final int number = WireFormat.getTagFieldNumber(tag);
            final FieldDescriptor field = within[depth].findFieldByNumber(number);
            if (field == null || !fits(field, WireFormat.getTagWireType(tag))) {
                throw new BadPlanException(
                        "the plan has an unknown field " + number + " in " + within[depth].getName());
            }
            final int most = isPlan ? mostOf(number) : PlanCheck.MAX_NODES;
            if (depth == 0 && number < counts.length && ++counts[number] > most) {
                throw new BadPlanException("a plan has at most " + most + " " + field.getName());
            }
            if (field.getType() == FieldDescriptor.Type.MESSAGE) {
                final int length = in.readRawVarint32();
                if (length < 0) {
                    throw new InvalidProtocolBufferException("a length below zero");
                }
                if (++messages > MAX_MESSAGES) {
                    throw new BadPlanException("a plan has at most " + MAX_MESSAGES + " messages");
                }
                limits[++depth] = in.pushLimit(length);
                within[depth] = field.getMessageType();
            } else {
                in.skipField(tag);
            }
        }
    }

    private static boolean fits(FieldDescriptor field, int wireType) {
        return wireType == field.getLiteType().getWireType()
                || (field.isPackable() && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    private static int mostOf(int number) {
        return switch (number) {
            case PlanMessage.FIELDS_FIELD_NUMBER, PlanMessage.OUTPUT_FIELD_NUMBER -> MAX_OUTPUT;
            case PlanMessage.PARAMETERS_FIELD_NUMBER -> Parameter.MAX_COUNT;
            case PlanMessage.NODES_FIELD_NUMBER -> PlanCheck.MAX_NODES;
            case PlanMessage.ORDER_FIELD_NUMBER -> OrderBy.MAX_COUNT;
            case PlanMessage.READS_FIELD_NUMBER -> FlowPlan.MAX_READS;
            case PlanMessage.STEPS_FIELD_NUMBER -> Step.MAX_COUNT;
            default -> 1;
        };
    }
}

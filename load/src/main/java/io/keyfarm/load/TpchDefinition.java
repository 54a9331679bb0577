package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import io.trino.tpch.Customer;
import io.trino.tpch.CustomerGenerator;
import io.trino.tpch.Distributions;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.Nation;
import io.trino.tpch.NationGenerator;
import io.trino.tpch.Order;
import io.trino.tpch.OrderGenerator;
import io.trino.tpch.Part;
import io.trino.tpch.PartGenerator;
import io.trino.tpch.PartSupplier;
import io.trino.tpch.PartSupplierGenerator;
import io.trino.tpch.Region;
import io.trino.tpch.RegionGenerator;
import io.trino.tpch.Supplier;
import io.trino.tpch.SupplierGenerator;
import io.trino.tpch.TextPool;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One table of TPC-H: its fields, how its rows are made and how one is written.
 *
 * @param rowsAtScaleOne how many rows there are at scale 1
 * @param scales whether their number grows with the scale
 * @param textBytesPerRow of texts too long for their slots, on average
 */
record TpchDefinition<E>(
        TableSchema schema,
        long rowsAtScaleOne,
        boolean scales,
        long textBytesPerRow,
        Generator<E> generator,
        BiConsumer<E, RowSink> writer) {

    static final List<TpchDefinition<?>> ALL = List.of(
            new TpchDefinition<Region>(
                    TableSchema.parse("region: r_regionkey int32, r_name char(25), r_comment varchar"),
                    5,
                    false,
                    66,
                    (scale, text) -> new RegionGenerator(Distributions.getDefaultDistributions(), text),
                    TpchDefinition::writeRegion),
            new TpchDefinition<Nation>(
                    TableSchema.parse(
                            "nation: n_nationkey int32, n_name char(25), n_regionkey int32, n_comment varchar"),
                    25,
                    false,
                    75,
                    (scale, text) -> new NationGenerator(Distributions.getDefaultDistributions(), text),
                    TpchDefinition::writeNation),
            new TpchDefinition<Supplier>(
                    TableSchema.parse("supplier: s_suppkey int32, s_name char(25), s_address varchar,"
                            + " s_nationkey int32, s_phone char(15), s_acctbal decimal(12,2), s_comment varchar"),
                    10_000,
                    true,
                    88,
                    (scale, text) -> new SupplierGenerator(scale, 1, 1, Distributions.getDefaultDistributions(), text),
                    TpchDefinition::writeSupplier),
            new TpchDefinition<Customer>(
                    TableSchema.parse("customer: c_custkey int32, c_name varchar, c_address varchar,"
                            + " c_nationkey int32, c_phone char(15), c_acctbal decimal(12,2),"
                            + " c_mktsegment char(10), c_comment varchar"),
                    150_000,
                    true,
                    115,
                    (scale, text) -> new CustomerGenerator(scale, 1, 1, Distributions.getDefaultDistributions(), text),
                    TpchDefinition::writeCustomer),
            new TpchDefinition<Part>(
                    TableSchema.parse("part: p_partkey int32, p_name varchar, p_mfgr char(25), p_brand char(10),"
                            + " p_type varchar, p_size int32, p_container char(10), p_retailprice decimal(12,2),"
                            + " p_comment varchar"),
                    200_000,
                    true,
                    63,
                    (scale, text) -> new PartGenerator(scale, 1, 1, Distributions.getDefaultDistributions(), text),
                    TpchDefinition::writePart),
            new TpchDefinition<PartSupplier>(
                    TableSchema.parse("partsupp: ps_partkey int32, ps_suppkey int32, ps_availqty int32,"
                            + " ps_supplycost decimal(12,2), ps_comment varchar"),
                    800_000,
                    true,
                    124,
                    (scale, text) -> new PartSupplierGenerator(scale, 1, 1, text),
                    TpchDefinition::writePartSupplier),
            new TpchDefinition<Order>(
                    TableSchema.parse("orders: o_orderkey int64, o_custkey int32, o_orderstatus char(1),"
                            + " o_totalprice decimal(12,2), o_orderdate date, o_orderpriority char(15),"
                            + " o_clerk char(15), o_shippriority int32, o_comment varchar"),
                    1_500_000,
                    true,
                    49,
                    (scale, text) -> new OrderGenerator(scale, 1, 1, Distributions.getDefaultDistributions(), text),
                    TpchDefinition::writeOrder),
            new TpchDefinition<LineItem>(
                    TableSchema.parse("lineitem: l_orderkey int64, l_partkey int32, l_suppkey int32,"
                            + " l_linenumber int32, l_quantity decimal(12,2), l_extendedprice decimal(12,2),"
                            + " l_discount decimal(12,2), l_tax decimal(12,2), l_returnflag char(1),"
                            + " l_linestatus char(1), l_shipdate date, l_commitdate date, l_receiptdate date,"
                            + " l_shipinstruct char(25), l_shipmode char(10), l_comment varchar"),
                    6_001_215,
                    true,
                    26,
                    (scale, text) -> new LineItemGenerator(scale, 1, 1, Distributions.getDefaultDistributions(), text),
                    TpchDefinition::writeLineItem));

    /** Makes a table's rows, one by one. */
    interface Generator<E> {
        Iterable<E> generate(double scale, TextPool text);
    }

    static TpchDefinition<?> called(String name) {
        return ALL.stream()
                .filter(definition -> definition.schema.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadValueException(
                        "TPC-H has no table " + name + "; it has " + String.join(", ", Tpch.tableNames())));
    }

    long rowCount(double scale) {
        return scales ? (long) (rowsAtScaleOne * scale) : rowsAtScaleOne;
    }

    Iterable<E> generate(double scale, TextPool text) {
        return generator.generate(scale, text);
    }

    void write(E entity, RowSink sink) {
        writer.accept(entity, sink);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void writeRegion(Region region, RowSink sink) {
        sink.putLong(0, region.getRegionKey());
        sink.putText(1, text(region.getName()));
        sink.putText(2, text(region.getComment()));
    }

    private static void writeNation(Nation nation, RowSink sink) {
        sink.putLong(0, nation.getNationKey());
        sink.putText(1, text(nation.getName()));
        sink.putLong(2, nation.getRegionKey());
        sink.putText(3, text(nation.getComment()));
    }

    private static void writeSupplier(Supplier supplier, RowSink sink) {
        sink.putLong(0, supplier.getSupplierKey());
        sink.putText(1, text(supplier.getName()));
        sink.putText(2, text(supplier.getAddress()));
        sink.putLong(3, supplier.getNationKey());
        sink.putText(4, text(supplier.getPhone()));
        sink.putLong(5, supplier.getAccountBalanceInCents());
        sink.putText(6, text(supplier.getComment()));
    }

    private static void writeCustomer(Customer customer, RowSink sink) {
        sink.putLong(0, customer.getCustomerKey());
        sink.putText(1, text(customer.getName()));
        sink.putText(2, text(customer.getAddress()));
        sink.putLong(3, customer.getNationKey());
        sink.putText(4, text(customer.getPhone()));
        sink.putLong(5, customer.getAccountBalanceInCents());
        sink.putText(6, text(customer.getMarketSegment()));
        sink.putText(7, text(customer.getComment()));
    }

    private static void writePart(Part part, RowSink sink) {
        sink.putLong(0, part.getPartKey());
        sink.putText(1, text(part.getName()));
        sink.putText(2, text(part.getManufacturer()));
        sink.putText(3, text(part.getBrand()));
        sink.putText(4, text(part.getType()));
        sink.putLong(5, part.getSize());
        sink.putText(6, text(part.getContainer()));
        sink.putLong(7, part.getRetailPriceInCents());
        sink.putText(8, text(part.getComment()));
    }

    private static void writePartSupplier(PartSupplier offer, RowSink sink) {
        sink.putLong(0, offer.getPartKey());
        sink.putLong(1, offer.getSupplierKey());
        sink.putLong(2, offer.getAvailableQuantity());
        sink.putLong(3, offer.getSupplyCostInCents());
        sink.putText(4, text(offer.getComment()));
    }

    private static void writeOrder(Order order, RowSink sink) {
        sink.putLong(0, order.getOrderKey());
        sink.putLong(1, order.getCustomerKey());
        sink.putText(2, text(String.valueOf(order.getOrderStatus())));
        sink.putLong(3, order.getTotalPriceInCents());
        sink.putLong(4, order.getOrderDate());
        sink.putText(5, text(order.getOrderPriority()));
        sink.putText(6, text(order.getClerk()));
        sink.putLong(7, order.getShipPriority());
        sink.putText(8, text(order.getComment()));
    }

    private static void writeLineItem(LineItem item, RowSink sink) {
        sink.putLong(0, item.getOrderKey());
        sink.putLong(1, item.getPartKey());
        sink.putLong(2, item.getSupplierKey());
        sink.putLong(3, item.getLineNumber());
        sink.putLong(4, item.getQuantity() * 100);
        sink.putLong(5, item.getExtendedPriceInCents());
        // Percents are hundredths already.
        sink.putLong(6, item.getDiscountPercent());
        sink.putLong(7, item.getTaxPercent());
        sink.putText(8, text(item.getReturnFlag()));
        sink.putText(9, text(item.getStatus()));
        sink.putLong(10, item.getShipDate());
        sink.putLong(11, item.getCommitDate());
        sink.putLong(12, item.getReceiptDate());
        sink.putText(13, text(item.getShipInstructions()));
        sink.putText(14, text(item.getShipMode()));
        sink.putText(15, text(item.getComment()));
    }
}

package io.keyfarm.wire.aeron;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where a node hears: {@code host:port}, {@code [2001:db8::1]:port}, or {@code ipc:number} among the nodes that share a
 * driver.
 *
 * @param host as it was written, so that Aeron asks again where a name points to when its node is gone; null for ipc.
 * @param number the port, or the number of the node among those that share a driver.
 */
record Endpoint(@Nullable String host, int number) {
    static final int MAX_IPC_NUMBER = 1 << 20;

    private static final String IPC = "ipc:";
    private static final int MAX_PORT = 65_535;

    static Endpoint parse(String text) {
        if (text.startsWith(IPC)) {
            return new Endpoint(null, number(text, IPC.length(), 0, MAX_IPC_NUMBER));
        }
        final int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("an endpoint is host:port or ipc:number, but this one is " + text);
        }
        final String host = text.substring(0, colon);
        final boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        if (!isBracketed && !host.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException("no host has the name " + host + " (of " + text + ")");
        }
        return new Endpoint(host, number(text, colon + 1, 1, MAX_PORT));
    }

    private static int number(String text, int start, int least, int most) {
        final String digits = text.substring(start);
        final int number = digits.matches("[0-9]{1,7}") ? Integer.parseInt(digits) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    "the number of an endpoint is from " + least + " to " + most + ", but this is " + text);
        }
        return number;
    }

    boolean isIpc() {
        return host == null;
    }

    /**
     * Where the host is now.
     *
     * @throws IllegalArgumentException if nobody knows it, it means every address of the machine, or it is beyond this
     *     machine and that was not allowed.
     */
    InetAddress address(boolean mayBeBeyondLoopback) {
        final InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("nobody knows the host of " + this, e);
        }
        if (address.isAnyLocalAddress()) {
            throw new IllegalArgumentException(this + " means every address of the machine: name one");
        }
        if (!address.isLoopbackAddress() && !mayBeBeyondLoopback) {
            throw new IllegalArgumentException(
                    this + " is not on the loopback interface, and the settings are not open to the network");
        }
        return address;
    }

    /** An address as Aeron's channels write it. */
    static String text(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }

    @Override
    public String toString() {
        return host == null ? IPC + number : host + ":" + number;
    }
}

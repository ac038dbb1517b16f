package com.omnify.kit.net;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Whether an address belongs to the public internet. A client may name any URL; none of them may
 * lead into the network that this service stands in.
 */
public final class PublicAddress {

  private PublicAddress() {}

  /** Whether it belongs to the public internet. */
  public static boolean isPublic(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes, 0);
  }

  private static boolean isPublic4(byte[] bytes, int at) {
    int a = bytes[at] & 0xFF;
    int b = bytes[at + 1] & 0xFF;
    int c = bytes[at + 2] & 0xFF;
    return !(a == 0
        || a == 10
        || a == 127
        || a >= 224
        || a == 100 && b >= 64 && b < 128
        || a == 169 && b == 254
        || a == 172 && b >= 16 && b < 32
        || a == 192 && b == 168
        || a == 192 && b == 0 && (c == 0 || c == 2)
        || a == 192 && b == 88 && c == 99
        || a == 198 && (b == 18 || b == 19)
        || a == 198 && b == 51 && c == 100
        || a == 203 && b == 0 && c == 113);
  }

  private static boolean isPublic6(byte[] bytes) {
    // Of all that is assigned only 2000::/3 is the public internet.
    if ((bytes[0] & 0xE0) != 0x20) {
      return false;
    }
    int first = (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
    int second = (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
    if (first == 0x2002) {
      // 6to4 carries an address of the old kind
      return isPublic4(bytes, 2);
    }
    boolean special = first == 0x2001 && (second < 0x0200 || second == 0x0DB8);
    return !special && first != 0x3FFF;
  }
}

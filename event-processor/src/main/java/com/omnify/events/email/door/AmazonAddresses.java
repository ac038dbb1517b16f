package com.omnify.events.email.door;

import java.io.IOException;
import java.net.URI;

/** Fetches from Amazon SNS, and from nowhere else. */
interface AmazonAddresses {

  /**
   * What stands there.
   *
   * @param url one for which {@link com.omnify.events.email.provider.SnsSignature#isAmazons} holds
   * @throws IOException where it does not answer in time, not with 200, or with too much
   */
  byte[] get(URI url) throws IOException;
}

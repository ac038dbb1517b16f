package com.omnify.events.optout;

import com.omnify.model.WireEnum;

/** Why an address is on the list. */
public enum SuppressionReason implements WireEnum {
  /** The person told us. */
  OPT_OUT,
  /** The person told the provider. */
  PROVIDER_OPT_OUT,
  /** An operator put it there. */
  MANUAL,
  /** The person complained about us. */
  COMPLAINT,
  /** The person was erased and must not come back by an import. */
  ERASED
}

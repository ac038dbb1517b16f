/** What must hold between ledger, database and topics: evidence in, findings out. */
@NullMarked
package com.omnify.launcher.verify.policy;

import org.jspecify.annotations.NullMarked;

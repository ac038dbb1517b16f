/** What a provider's list of messages proves. */
@NullMarked
package com.omnify.channels.reconcile.policy;

import org.jspecify.annotations.NullMarked;

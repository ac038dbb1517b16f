/** What counts as sent twice, as lost, as counted wrongly: decided purely. */
@NullMarked
package com.omnify.fleet.chaos.policy;

import org.jspecify.annotations.NullMarked;

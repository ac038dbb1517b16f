/** What a lead says of a contact. */
@NullMarked
package com.omnify.events.lead.policy;

import org.jspecify.annotations.NullMarked;

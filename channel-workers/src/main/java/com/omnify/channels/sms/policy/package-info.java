/** What a provider's answer means. */
@NullMarked
package com.omnify.channels.sms.policy;

import org.jspecify.annotations.NullMarked;

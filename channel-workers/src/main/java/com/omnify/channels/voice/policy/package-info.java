/** What is said in a call, what a provider's answer means, what its list of calls proves. */
@NullMarked
package com.omnify.channels.voice.policy;

import org.jspecify.annotations.NullMarked;

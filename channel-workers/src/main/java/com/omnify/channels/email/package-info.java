/** E-mail, by SMTP or by a provider's API. */
@NullMarked
package com.omnify.channels.email;

import org.jspecify.annotations.NullMarked;

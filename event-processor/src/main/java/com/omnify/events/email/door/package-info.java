/** E-mail's doors: what providers and mail servers tell us, proven, heard once, and acted upon. */
@NullMarked
package com.omnify.events.email.door;

import org.jspecify.annotations.NullMarked;

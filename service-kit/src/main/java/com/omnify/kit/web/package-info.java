/** What every REST interface has: callers, problems, pages, idempotency keys. */
@NullMarked
package com.omnify.kit.web;

import org.jspecify.annotations.NullMarked;

@NullMarked
package com.omnify.sandbox.ledger;

import org.jspecify.annotations.NullMarked;

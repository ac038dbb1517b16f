@NullMarked
package com.omnify.sandbox.fault;

import org.jspecify.annotations.NullMarked;

@NullMarked
package com.omnify.sandbox.http;

import org.jspecify.annotations.NullMarked;

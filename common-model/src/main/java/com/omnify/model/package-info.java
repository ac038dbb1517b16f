@NullMarked
package com.omnify.model;

import org.jspecify.annotations.NullMarked;

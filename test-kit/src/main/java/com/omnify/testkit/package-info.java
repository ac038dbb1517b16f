/** What tests of every module share: real servers, fixtures, tokens and the house's rules. */
@NullMarked
package com.omnify.testkit;

import org.jspecify.annotations.NullMarked;

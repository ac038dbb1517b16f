/** What is measured, and its peers. */
@NullMarked
package com.omnify.bench.workload;

import org.jspecify.annotations.NullMarked;

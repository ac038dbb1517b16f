package com.omnify.events.vapi.policy;

import com.omnify.events.call.policy.CallReport;
import com.omnify.model.DeliveryStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one message of VAPI's tells. */
public sealed interface CallNews {

  CallRef call();

  /** It goes its way. */
  record Progressed(CallRef call, String word, DeliveryStatus status) implements CallNews {}

  /**
   * It is over; the report follows.
   *
   * @param reason null where the message does not say: then the report has to
   */
  record Ended(CallRef call, @Nullable String reason) implements CallNews {}

  /** It is over, and all is known. */
  record Reported(CallRef call, CallReport report) implements CallNews {}

  /** The person has said something, while the call goes on. */
  record Spoke(CallRef call, String words) implements CallNews {}

  /** The assistant keeps the person waiting. */
  record Hung(CallRef call) implements CallNews {}

  /** The assistant wants something done, and waits for the answer. */
  record ToolsWanted(CallRef call, List<ToolCall> tools) implements CallNews {
    public ToolsWanted {
      tools = List.copyOf(tools);
    }
  }

  /** Somebody calls, and VAPI asks who shall talk to them. */
  record AssistantWanted(CallRef call) implements CallNews {}

  /**
   * Nothing follows from it.
   *
   * @param type as it came
   * @param fields the names of what it holds
   */
  record NothingToDo(CallRef call, String type, Why why, List<String> fields) implements CallNews {
    public NothingToDo {
      fields = List.copyOf(fields);
    }
  }

  /** Why nothing follows. */
  enum Why {
    /** The finished utterance, and the report, hold the same words. */
    SAID_AGAIN_LATER("the same words come again in the finished turn and in the report"),
    /** A word for how a call stands that tells of no change. */
    NO_STEP_OF_A_CALL("no step in the life of a call"),
    /** A type that we do not use, or do not know. */
    NOT_USED("a type that nothing here depends on");

    private final String words;

    Why(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }

    /** Whether not even a receipt is kept: there are many in each second of a call. */
    public boolean leavesNoTrace() {
      return this == SAID_AGAIN_LATER;
    }
  }
}

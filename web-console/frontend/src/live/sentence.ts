import type { Dispatch, LiveItem } from '../api/types';
import { type Tone, look, plainWords, words } from '../format/words';

/** What happened, as a sentence about a person. */
export interface Sentence {
  tone: Tone;
  icon: string;
  /** Follows the person's name: "was sent an SMS". */
  says: string;
}

function channelWord(item: LiveItem): string {
  return item.channel === 'email' ? 'an e-mail' : item.channel === 'voice' ? 'a call' : 'an SMS';
}

function because(code: string | null): string {
  return code ? `: ${plainWords(code)}` : '';
}

const HEALED: Record<string, string> = {
  retry: 'will be tried again',
  apply_on_failure: 'goes on by the step’s own rule',
  pause_enrollment: 'waits for a person now',
  end_enrollment: 'is not written to any more',
};

export function sentence(item: LiveItem): Sentence {
  const channel: Tone = item.channel ?? 'idle';
  switch (item.type) {
    case 'dispatch.accepted':
      return item.code === 'opt_out_confirmation'
        ? { tone: channel, icon: 'ban', says: 'was told that the opt-out is in force' }
        : { tone: channel, icon: 'send', says: `was sent ${channelWord(item)}` };
    case 'dispatch.ready':
    case 'dispatch.sending':
      return { tone: channel, icon: 'send', says: `is about to be sent ${channelWord(item)}` };
    case 'dispatch.rejected':
      return { tone: 'bad', icon: 'cross', says: `could not be sent ${channelWord(item)}${because(item.code)}` };
    case 'dispatch.not_sent':
      return { tone: 'bad', icon: 'cross', says: `was not sent ${channelWord(item)}${because(item.code)}` };
    case 'dispatch.unknown':
      return { tone: 'warn', icon: 'question', says: 'may or may not have got a message: asking the provider' };
    case 'dispatch.quarantined':
      return { tone: 'warn', icon: 'shield', says: 'has a message nobody could find out about' };
    case 'dispatch.cancelled':
      return { tone: 'idle', icon: 'minus', says: `had a message withdrawn${because(item.code)}` };
    case 'dispatch.expired':
      return { tone: 'idle', icon: 'clock', says: 'had a message whose time had passed' };
    case 'dispatch.given_back':
      return { tone: 'warn', icon: 'clock', says: `waits${because(item.code)}` };
    case 'delivery.reported': {
      const { tone, icon } = look('delivery', item.code);
      const says =
        item.code === 'delivered'
          ? `received ${channelWord(item)}`
          : item.code === 'undelivered' || item.code === 'failed'
            ? `did not receive ${channelWord(item)}${because(item.detail)}`
            : 'has a message on its way';
      return { tone, icon, says };
    }
    case 'call.ended':
      return item.code === 'answered'
        ? { tone: 'good', icon: 'check', says: 'took a call' }
        : item.code === 'voicemail'
          ? { tone: 'warn', icon: 'clock', says: 'was called: a machine took it' }
          : { tone: 'bad', icon: 'cross', says: `was called and not reached${because(item.detail ?? item.code)}` };
    case 'engagement.reported':
      return item.code === 'complained'
        ? { tone: 'bad', icon: 'ban', says: 'called a mail spam' }
        : item.code === 'unsubscribed'
          ? { tone: 'bad', icon: 'ban', says: 'unsubscribed' }
          : { tone: 'good', icon: 'check', says: `${item.code === 'clicked' ? 'followed a link in' : 'opened'} a mail` };
    case 'call.missed':
      return { tone: 'warn', icon: 'inbox', says: 'called, and nobody took it' };
    case 'outcome.reported':
      return { tone: 'good', icon: item.code === 'booked' ? 'calendar' : 'star', says: item.code ?? 'converted' };
    case 'reply.received':
      return { tone: 'good', icon: 'reply', says: 'replied' };
    case 'unknown_sender.wrote':
      return { tone: 'info', icon: 'inbox', says: 'wrote, and is no contact yet' };
    case 'opt_out.received':
      return { tone: 'bad', icon: 'ban', says: 'opted out' };
    case 'opt_in.received':
      return { tone: 'good', icon: 'check', says: 'opted in again' };
    case 'enrollment.started':
      return { tone: 'info', icon: 'plus', says: 'entered' };
    case 'enrollment.moved': {
      const { word, tone, icon } = look('enrollment', item.code);
      return { tone, icon, says: `is now ${word.toLowerCase()}` };
    }
    case 'step.skipped':
      return { tone: 'idle', icon: 'skip', says: `skipped a step${because(item.code)}` };
    case 'outcome.recorded':
      return { tone: 'good', icon: item.code === 'booked' ? 'calendar' : 'star', says: item.code ?? 'converted' };
    case 'healing.ordered':
      return {
        tone: 'info',
        icon: 'heart',
        says: `${HEALED[item.code ?? ''] ?? 'was healed'}${because(item.detail)}`,
      };
    case 'phone.learned':
      return { tone: 'info', icon: 'phone', says: item.code ? `has a ${item.code} number` : 'has a number we learned about' };
    case 'email.learned':
      return { tone: 'warn', icon: 'ban', says: 'has an e-mail address that does not exist' };
    case 'contact.created':
      return { tone: 'accent', icon: 'plus', says: 'is a new contact' };
    case 'contact.changed':
      return { tone: 'idle', icon: 'edit', says: 'was edited' };
    case 'lead.came':
      return { tone: 'accent', icon: 'bolt', says: 'asks to be contacted' };
    case 'contact.merged':
      return { tone: 'idle', icon: 'people', says: 'was merged with another contact' };
    case 'contact.resolved':
      return { tone: 'idle', icon: 'people', says: 'was recognised' };
    default:
      return { tone: 'idle', icon: 'dot', says: words(item.type).toLowerCase() };
  }
}

/** A message of the list as if its last event had just arrived. */
export function asItem(dispatch: Dispatch): LiveItem {
  return {
    id: dispatch.id,
    type: dispatch.delivery_status ? 'delivery.reported' : `dispatch.${dispatch.state}`,
    at: dispatch.outcome_at ?? dispatch.sent_at ?? dispatch.created_at,
    contact_id: dispatch.contact_id,
    contact_name: dispatch.contact_name,
    enrollment_id: dispatch.enrollment_id,
    sequence_id: null,
    sequence_name: null,
    channel: dispatch.channel,
    code: dispatch.delivery_status ?? dispatch.failure ?? dispatch.hold_reason,
    detail: dispatch.delivery_status ? dispatch.failure : null,
  };
}

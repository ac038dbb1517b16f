import { describe, expect, it } from 'vitest';
import { conditionWords, headersOf, tidy, withDefaults } from './step-content';

describe('what a step holds', () => {
  it('leaves out what is empty', () => {
    expect(tidy('email', { subject: 'Hi', text: 'Hello', html: '', from_mailbox: undefined })).toEqual({
      subject: 'Hi',
      text: 'Hello',
    });
    expect(tidy('wait', { body: 'left over' })).toEqual({});
  });

  it('reads headers a line each', () => {
    expect(headersOf('X-Key: a:b\n\nnonsense\nX-Other:c')).toEqual({ 'X-Key': 'a:b', 'X-Other': 'c' });
    expect(headersOf(' ')).toBeUndefined();
  });

  it('says conditions in words', () => {
    expect(conditionWords({ field: 'opened', op: 'equals', value: 'true' })).toBe(
      'the contact has opened an e-mail',
    );
    expect(conditionWords({ field: 'custom.roof_type', op: 'in', value: ['flat', 'steep'] })).toBe(
      'roof type in “flat, steep”',
    );
    expect(conditionWords({ field: 'email', op: 'exists' })).toBe('e-mail address is known');
  });

  it('asks whether they replied where nothing was chosen', () => {
    expect(withDefaults('condition', {}).when).toHaveLength(1);
    expect(withDefaults('sms', { body: 'x' })).toEqual({ body: 'x' });
  });
});

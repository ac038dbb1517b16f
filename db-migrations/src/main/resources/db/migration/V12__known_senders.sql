-- Whoever has heard from us keeps hearing from the same address of ours.
INSERT INTO sticky_senders (client_id, contact_id, channel, own_address)
SELECT DISTINCT ON (client_id, contact_id, channel) client_id, contact_id, channel, own_address
FROM contact_interactions
WHERE direction = 'outbound' AND contact_id IS NOT NULL
ORDER BY client_id, contact_id, channel, occurred_at DESC, id DESC
ON CONFLICT DO NOTHING;

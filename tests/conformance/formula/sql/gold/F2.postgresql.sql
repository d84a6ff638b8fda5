-- LEN(address) < 20
-- value (boolean)
coalesce((char_length(coalesce(deal.address, %(param_1)s::VARCHAR))::numeric) < CAST(%(param_2)s AS NUMERIC), false)
--   param_1 = '', param_2 = Decimal('20')
-- condition
(char_length(coalesce(deal.address, %(param_1)s::VARCHAR))::numeric) < CAST(%(param_2)s AS NUMERIC)
--   param_1 = '', param_2 = Decimal('20')

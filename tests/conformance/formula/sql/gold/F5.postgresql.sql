-- IF(amount > 100000, amount * CASE(industry, '金融', 0.08, '制造', 0.05, '零售', 0.03, 0.01), 0)
-- value (number)
CASE WHEN (deal.amount > CAST(%(param_1)s AS NUMERIC)) THEN (coalesce(deal.amount, 0) * CASE WHEN (deal.industry = %(param_2)s::VARCHAR) THEN CAST(%(param_3)s AS NUMERIC) WHEN (deal.industry = %(param_4)s::VARCHAR) THEN CAST(%(param_5)s AS NUMERIC) WHEN (deal.industry = %(param_6)s::VARCHAR) THEN CAST(%(param_7)s AS NUMERIC) ELSE CAST(%(param_8)s AS NUMERIC) END) ELSE CAST(%(param_9)s AS NUMERIC) END
--   param_1 = Decimal('100000'), param_2 = 'finance', param_3 = Decimal('0.08'), param_4 = 'making', param_5 = Decimal('0.05'), param_6 = 'retail', param_7 = Decimal('0.03'), param_8 = Decimal('0.01'), param_9 = Decimal('0')

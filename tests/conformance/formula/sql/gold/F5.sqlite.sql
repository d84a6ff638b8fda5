-- IF(amount > 100000, amount * CASE(industry, '金融', 0.08, '制造', 0.05, '零售', 0.03, 0.01), 0)
-- value (scaled:4)
CASE WHEN (deal.amount > ?) THEN coalesce(deal.amount, 0) * CASE WHEN (deal.industry = ?) THEN ? WHEN (deal.industry = ?) THEN ? WHEN (deal.industry = ?) THEN ? ELSE ? END ELSE ? END
--   param_1 = 10000000, param_2 = 'finance', param_3 = 8, param_4 = 'making', param_5 = 5, param_6 = 'retail', param_7 = 3, param_8 = 1, param_9 = 0

-- AND(approvalStatus='审批通过', accountName <> address, $CurrentUser.$User.Name<>'管理员')
-- value (boolean)
coalesce(deal."approvalStatus" = %(param_1)s::VARCHAR AND coalesce(deal."accountName", %(param_2)s::VARCHAR) != coalesce(deal.address, %(param_3)s::VARCHAR) AND NOT coalesce(%(user_name)s::VARCHAR = %(param_4)s::VARCHAR, false), false)
--   param_1 = 'approved', param_2 = '', param_3 = '', param_4 = '管理员'
-- condition
deal."approvalStatus" = %(param_1)s::VARCHAR AND coalesce(deal."accountName", %(param_2)s::VARCHAR) != coalesce(deal.address, %(param_3)s::VARCHAR) AND NOT coalesce(%(user_name)s::VARCHAR = %(param_4)s::VARCHAR, false)
--   param_1 = 'approved', param_2 = '', param_3 = '', param_4 = '管理员'

using VinCxr.Fuzz;

return await FuzzCommand.Create().Parse(args).InvokeAsync();

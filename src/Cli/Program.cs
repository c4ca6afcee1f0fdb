using Observability.Cli;

return await ObsctlCommands.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);

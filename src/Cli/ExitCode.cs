namespace Observability.Cli;

/// <summary>What <c>obsctl</c> ends with. Scripts rely on the numbers.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It was asked and the answer is bad: the configuration has errors, a test was not delivered, the server refused.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No server could be asked.</summary>
    public const int Unreachable = 3;
}

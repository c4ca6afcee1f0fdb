using Xunit;

namespace Observability.TestKit;

/// <summary>
/// A server that a test needs is not installed, could not be started, or may not be treated as the test wants.
/// The message begins <c>needs &lt;server&gt;: </c>, the form that <c>./test</c> recognises in the reasons of tests that did not run.
/// </summary>
public sealed class ServerUnavailableException : Exception
{
    public ServerUnavailableException(string server, string reason, Exception? inner = null)
        : base($"needs {server}: {reason}", inner)
    {
    }
}

/// <summary>Turns a missing server into a test that did not run, with the reason.</summary>
public static class ServerAvailability
{
    /// <summary><c>await using var broker = await RabbitMqServer.StartAsync().OrSkipAsync();</c></summary>
    public static async Task<TServer> OrSkipAsync<TServer>(this Task<TServer> starting)
    {
        try
        {
            return await starting;
        }
        catch (ServerUnavailableException unavailable)
        {
            Assert.Skip(unavailable.Message);
            throw;
        }
    }
}

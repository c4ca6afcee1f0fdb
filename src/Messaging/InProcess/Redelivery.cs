namespace Observability.Messaging.InProcess;

/// <summary>Delivers again what a consumer did not take, with growing pauses: a full disk gets time to be emptied, and nothing is dropped.</summary>
internal static class Redelivery
{
    public static async ValueTask UntilTakenAsync(Func<ValueTask> deliver, TimeProvider time, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (true)
        {
            try
            {
                await deliver();
                return;
            }
            catch (IOException)
            {
                // What a consumer throws when its store is away; a bug throws something else and is not repeated for ever.
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }
    }
}

namespace Observability.Query.Values;

/// <summary>The operators between two values that PromQL and LogQL share.</summary>
public enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Atan2,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    And,
    Or,
    Unless,
}

/// <summary>Texts, precedence and arithmetic of binary operators.</summary>
public static class BinaryOperators
{
    public static bool IsComparison(this BinaryOperator binaryOperator) => binaryOperator is >= BinaryOperator.Equal and <= BinaryOperator.LessOrEqual;

    public static bool IsSetOperator(this BinaryOperator binaryOperator) => binaryOperator >= BinaryOperator.And;

    /// <summary>How tightly it binds; higher binds tighter. A sign binds like <c>*</c>, so that <c>-2^2</c> is -4.</summary>
    public static int Precedence(this BinaryOperator binaryOperator) => binaryOperator switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        >= BinaryOperator.Equal and <= BinaryOperator.LessOrEqual => 3,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Power => 6,
        _ => 5,
    };

    public static bool IsRightAssociative(this BinaryOperator binaryOperator) => binaryOperator == BinaryOperator.Power;

    public static string Text(this BinaryOperator binaryOperator) => binaryOperator switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Atan2 => "atan2",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.And => "and",
        BinaryOperator.Or => "or",
        _ => "unless",
    };

    /// <exception cref="ArgumentOutOfRangeException">A comparison or a set operator.</exception>
    public static double Calculate(this BinaryOperator binaryOperator, double left, double right) => binaryOperator switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        BinaryOperator.Power => Math.Pow(left, right),
        BinaryOperator.Atan2 => Math.Atan2(left, right),
        _ => throw new ArgumentOutOfRangeException(nameof(binaryOperator), binaryOperator, "is not arithmetic"),
    };

    /// <exception cref="ArgumentOutOfRangeException">Not a comparison.</exception>
    public static bool Holds(this BinaryOperator binaryOperator, double left, double right) => binaryOperator switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Greater => left > right,
        BinaryOperator.GreaterOrEqual => left >= right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        _ => throw new ArgumentOutOfRangeException(nameof(binaryOperator), binaryOperator, "is not a comparison"),
    };
}
